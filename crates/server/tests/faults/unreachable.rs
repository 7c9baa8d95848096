//! A node that is gone, and comes back. A practice chain never is: it is in the server.

use super::regtest::Regtest;
use super::scene::Scene;
use super::world::World;

pub fn gone_and_back(mut scene: Scene<Regtest>) {
    let (pooled, mined) = (scene.paid(), scene.sale());
    let before = scene.shown(&pooled.0);
    scene.fault(|world, _| world.node.stop());
    scene.until_trouble("the node cannot be reached");
    assert_eq!(scene.shown(&pooled.0), before, "it is not taken back");
    // Invoices are made all the same.
    let late = scene.sale();
    scene.fault(|world, server| {
        world.node.restart(true);
        world.pay(server, &mined, mined.due);
        world.mine(server, 2);
        world.pay(server, &late, late.due);
    });
    scene.until(&late, "paid");
    scene.until_deep(&mined, 2);
    scene.until_deep(&pooled.0, 2);
    scene.close();
}
