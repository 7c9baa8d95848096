/**
 * Keys with their names, and what they sign: the vectors of BitAuth's own suite, and two messages of a shop with both forms
 * of their signatures.
 *
 * @module
 */

export const KEYS = [
  {
    secret: '5d8782152754afcc6e44becbc3c63a8569b30ba722058777c193cd6bc8f7b7bf',
    identity: '02034273e1475825926e828c549f59383d5a0b28e52eb374e446ad31aa81e464be',
    sin: 'TfEKWr2FcX2XnWxUNPJ3iD5Xe6X5frZb1DG',
  },
  {
    secret: '97811b691dd7ebaeb67977d158e1da2c4d3eaa4ee4e2555150628acade6b344c',
    identity: '02326209e52f6f17e987ec27c56a1321acf3d68088b8fb634f232f12ccbc9a4575',
    sin: 'Tf3yr5tYvccKNVrE26BrPs6LWZRh8woHwjR',
  },
  {
    secret: '0000000000000000000000000000000000000000000000000000000000000001',
    identity: '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    sin: 'Tf8DhWM5WDBB1CarpFdonta9YEBJgW1GYAt',
  },
]

/** Signed by the key 1. */
export const SIGNED = [
  {
    message: 'https://btcpay.example.com/invoices?token=abc&status=new',
    sha256: 'b8dd2f3524ab8a21a9bb0e3a5535a463401b805c8a1abc218b4be7b872a5b894',
    low: '3044022048f2f3185b2bc05a5ca2373af52261143d9870a34fcaa2667b4eb97e7e0bcf17022037085030550dbbfda243f40ff66bc28c8b1e1235cc087389f53ceab18ae0697f',
    high: '3045022048f2f3185b2bc05a5ca2373af52261143d9870a34fcaa2667b4eb97e7e0bcf17022100c8f7afcfaaf244025dbc0bf009943d722f90cab0e3402cb1ca9573db4555d7c2',
  },
  {
    message: 'https://btcpay.example.com/invoices/{"price":20,"currency":"USD","token":"abc"}',
    sha256: '59a23e3e8b8e95172c6ebc175fe637d3e89bd3250b5a4f35a056db12ff00345b',
    low: '3045022100e87de2124bcc4e9eb781f769ecbd330c81993bdce4993dd993d74cbafeaf608f022074b6f5530e931fcaadc322e93c76aad73a174db307758a020ee8ea44eb03b54d',
    high: '3046022100e87de2124bcc4e9eb781f769ecbd330c81993bdce4993dd993d74cbafeaf608f0221008b490aacf16ce035523cdd16c389552780978f33a7d31639b0e97447e5328bf4',
  },
]

/** RIPEMD-160 as its authors give it. */
export const RIPEMD160 = [
  ['', '9c1185a5c5e9fc54612808977ee8f548b2258d31'],
  ['a', '0bdc9d2d256b3ee9daae347be6f4dc835a467ffe'],
  ['abc', '8eb208f7e05d987a9b044a8e98c6b087f15a0bfc'],
  ['message digest', '5d0689ef49d2fae572b881b123a85ffa21595f36'],
  ['abcdefghijklmnopqrstuvwxyz', 'f71c27109c692c1b56bbdceb5b9d2865b3708dbc'],
  ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '12a053384a9c0c88e405a06c27dcf49ada62eb2b'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'b0e20b6e3116640286ed3a87a5713079b21f5189'],
  ['1234567890'.repeat(8), '9b752e45573d4b39f4dbd3323cab82bf63326bfb'],
]
