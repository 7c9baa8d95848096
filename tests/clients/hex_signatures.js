'use strict';
// Loaded before npm's `bitpay-rest` 0.3.2 (node -r): what `bitauth.sign` returns becomes the hex that it was when that
// client was written. The bitauth of then no longer builds; the one of now returns bytes, which no header can carry.
//
// It must change nothing else of either package.

const { createRequire } = require('module');
const path = require('path');

const bitauth = createRequire(path.join(process.env.SPECIE_NODE_PATH, 'here.js'))('bitauth');

const sign = bitauth.sign;
bitauth.sign = (data, key) => sign(data, key).toString('hex');
