package dev.quern.formats.pytorch;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The opcodes of pickle protocols 0 to 5.
enum PickleOpcode {
  // protocol 0
  MARK('('),
  STOP('.'),
  POP('0'),
  DUP('2'),
  FLOAT('F'),
  INT('I'),
  LONG('L'),
  NONE('N'),
  PERSID('P'),
  REDUCE('R'),
  STRING('S'),
  UNICODE('V'),
  APPEND('a'),
  BUILD('b'),
  GLOBAL('c'),
  DICT('d'),
  GET('g'),
  INST('i'),
  LIST('l'),
  PUT('p'),
  SETITEM('s'),
  TUPLE('t'),
  // protocol 1
  POP_MARK('1'),
  BINFLOAT('G'),
  BININT('J'),
  BININT1('K'),
  BININT2('M'),
  BINPERSID('Q'),
  BINSTRING('T'),
  SHORT_BINSTRING('U'),
  BINUNICODE('X'),
  EMPTY_LIST(']'),
  APPENDS('e'),
  BINGET('h'),
  LONG_BINGET('j'),
  OBJ('o'),
  BINPUT('q'),
  LONG_BINPUT('r'),
  EMPTY_TUPLE(')'),
  SETITEMS('u'),
  EMPTY_DICT('}'),
  // protocol 2
  PROTO(0x80),
  NEWOBJ(0x81),
  EXT1(0x82),
  EXT2(0x83),
  EXT4(0x84),
  TUPLE1(0x85),
  TUPLE2(0x86),
  TUPLE3(0x87),
  NEWTRUE(0x88),
  NEWFALSE(0x89),
  LONG1(0x8a),
  LONG4(0x8b),
  // protocol 3
  BINBYTES('B'),
  SHORT_BINBYTES('C'),
  // protocol 4
  SHORT_BINUNICODE(0x8c),
  BINUNICODE8(0x8d),
  BINBYTES8(0x8e),
  EMPTY_SET(0x8f),
  ADDITEMS(0x90),
  FROZENSET(0x91),
  NEWOBJ_EX(0x92),
  STACK_GLOBAL(0x93),
  MEMOIZE(0x94),
  FRAME(0x95),
  // protocol 5
  BYTEARRAY8(0x96),
  NEXT_BUFFER(0x97),
  READONLY_BUFFER(0x98);

  private static final @Nullable PickleOpcode[] BY_CODE = new @Nullable PickleOpcode[256];

  static {
    for (PickleOpcode opcode : values()) {
      BY_CODE[opcode.code] = opcode;
    }
  }

  private final int code;

  PickleOpcode(int code) {
    this.code = code;
  }

  /// The opcode that byte `code` (0 to 255) stands for, if there is one.
  static Optional<PickleOpcode> of(int code) {
    return Optional.ofNullable(BY_CODE[code]);
  }
}
