//! What can happen to payments on any chain. Each scenario ends with [`Scene::close`].

use specie_chain::Reorg;

use super::scene::{FAILED_TO_CONFIRM, Meanwhile, Scene, settled};
use super::world::World;

/// Fewer coins, more coins, and the coins to another invoice: only what stands counts.
pub fn replacements<W: World>(mut scene: Scene<W>) {
    let (less, more, away) = (scene.paid(), scene.paid(), scene.paid());
    let other = scene.sale();
    scene.fault(|world, server| {
        world.replace(server, less.1, &less.0, less.0.due / 2);
        world.replace(server, more.1, &more.0, more.0.due * 2);
        world.replace(server, away.1, &other, other.due);
    });
    assert_eq!(scene.until(&less.0, "new").exception, "paidPartial");
    assert_eq!(scene.until(&away.0, "new").paid, 0);
    scene.until(&other, "paid");
    let shown = scene.agree();
    assert_eq!((&*shown[1].status, &*shown[1].exception), ("paid", "paidOver"));
    scene.mine(1);
    scene.until(&more.0, "confirmed");
    scene.until(&other, "confirmed");
    scene.close();
}

/// The coins go to a stranger: no transaction to the shop's scripts tells of it.
pub fn double_spends<W: World>(mut scene: Scene<W>) {
    let (pooled, mined, kept) = (scene.paid(), scene.paid(), scene.paid());
    scene.fault(|world, server| world.double_spend(server, pooled.1));
    assert_eq!(scene.until(&pooled.0, "new").paid, 0);
    scene.agree();
    scene.fault(|world, server| {
        world.double_spend(server, mined.1);
        world.mine(server, 1);
    });
    assert_eq!(scene.until(&mined.0, "new").paid, 0);
    scene.until(&kept.0, "confirmed");
    scene.close();
}

/// Out of the mempool: nothing is confirmed while it is away, and it counts again when it is back.
pub fn evictions<W: World>(mut scene: Scene<W>) {
    let (sale, txid) = scene.paid();
    scene.fault(|world, server| world.evict(server, txid));
    if W::NETWORK == "regtest" {
        // A practice chain takes it back at once.
        scene.until_missing();
        assert_eq!(scene.shown(&sale).status, "paid");
        scene.mine(6);
        scene.until_followed();
        let shown = scene.until_deep(&sale, 0);
        assert_eq!(shown.status, "paid", "six blocks without it confirm nothing");
    }
    scene.world.readmit(txid);
    scene.until_back(txid);
    scene.mine(1);
    scene.until(&sale, "confirmed");
    scene.close();
}

/// Away until the end of what is watched: then it is lost, and the shop is told if it had been confirmed.
pub fn losses<W: World>(mut scene: Scene<W>) {
    let (mined, mined_by) = scene.deep(1);
    let (pooled, pooled_by) = scene.paid();
    let lose = |world: &mut W, server: &specie_testkit::server::Server| {
        world.reorg(server, 1, Reorg::Vanish);
        world.evict(server, pooled_by);
    };
    if scene.meanwhile == Meanwhile::Running {
        lose(&mut scene.world, &scene.server);
        scene.world.evict(&scene.server, mined_by);
        scene.until_followed();
        assert_eq!(scene.until_deep(&mined, 0).status, "confirmed", "it may come back");
        assert_eq!(scene.shown(&pooled).status, "paid");
        scene.outlive(|_, _| {});
    } else {
        scene.outlive(lose);
    }
    scene.until(&mined, "invalid");
    scene.until_told(&mined, FAILED_TO_CONFIRM);
    scene.until(&pooled, "expired");
    scene.close();
}

/// A node that restarts without its mempool, or any other way to forget it.
pub fn forgotten_mempools<W: World>(mut scene: Scene<W>) {
    let (whole, part) = (scene.paid(), scene.sale());
    let half = scene.world.pay(&scene.server, &part, part.due / 2);
    scene.agree();
    scene.fault(|world, server| world.forget_mempool(server));
    scene.until_back(whole.1);
    scene.until_back(half);
    scene.agree();
    scene.mine(1);
    scene.until(&whole.0, "confirmed");
    assert_eq!(scene.shown(&part).exception, "paidPartial");
    scene.close();
}

pub fn reorganisations_of_one_block<W: World>(scene: Scene<W>) {
    reorganisations(scene, 1);
}

pub fn reorganisations_of_two_blocks<W: World>(scene: Scene<W>) {
    reorganisations(scene, 2);
}

pub fn reorganisations_of_six_blocks<W: World>(scene: Scene<W>) {
    reorganisations(scene, 6);
}

fn reorganisations<W: World>(mut scene: Scene<W>, depth: u32) {
    let settled = settled(depth);
    // Back to the mempool: what was confirmed does not flicker.
    let (sale, _) = scene.deep(depth);
    scene.reorg(depth, Reorg::Return);
    assert_eq!(scene.until_deep(&sale, 0).status, settled);
    scene.mine(6);
    scene.until_deep(&sale, 6);
    scene.agree();

    // To another block: the branch is one longer.
    let (sale, _) = scene.deep(depth);
    scene.reorg(depth, Reorg::Remine);
    assert_eq!(scene.until_deep(&sale, depth + 1).status, settled);
    scene.agree();

    // Nowhere: until the server brings it back.
    let (sale, txid) = scene.deep(depth);
    scene.reorg(depth, Reorg::Vanish);
    scene.until_back(txid);
    scene.mine(6);
    scene.until_deep(&sale, 6);
    scene.agree();

    // Nowhere, and its coins went elsewhere: the shop is told.
    let (sale, txid) = scene.deep(depth);
    scene.fault(|world, server| {
        world.reorg(server, depth, Reorg::Vanish);
        world.double_spend(server, txid);
        world.mine(server, 1);
    });
    assert_eq!(scene.until(&sale, "invalid").paid, 0);
    scene.until_told(&sale, FAILED_TO_CONFIRM);
    scene.close();
}

/// The node, or the practice chain, is put back to an old copy: what it lacks takes nothing back. As
/// high as it was, it is a reorganisation.
pub fn old_copies<W: World>(mut scene: Scene<W>) {
    scene.world.keep(&scene.server);
    let (sale, _) = scene.deep(3);
    let before = scene.shown(&sale);
    scene.fault(|world, server| world.restore(server));
    scene.until_trouble("it is behind");
    let other = scene.sale();
    scene.world.pay(&scene.server, &other, other.due);
    scene.mine(2);
    // It is looked at every two seconds at least, and says how high it is.
    let followed = scene.status()["height"].as_u64().unwrap();
    scene.until_trouble(&format!("best block is {}, and {followed} was followed", followed - 1));
    assert_eq!(scene.shown(&sale), before);
    assert_eq!(scene.shown(&other).status, "new");
    scene.mine(1);
    scene.until(&other, "confirmed");
    // What still can come about is back in the mempool; what else took the coins of has no chance.
    scene.until_followed();
    scene.until_nothing_is_missing();
    scene.mine(6);
    scene.until(&other, "complete");
    scene.close();
}
