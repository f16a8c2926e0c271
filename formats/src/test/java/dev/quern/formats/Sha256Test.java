package dev.quern.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Sha256Test {
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void isThatOfTheStandardsExamples() {
    assertThat(new Sha256().hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(Sha256.of("abc".getBytes(StandardCharsets.US_ASCII))).isEqualTo(ABC);
  }

  @Test
  void isOfAllThatWasAdded() {
    ByteBuffer rest = ByteBuffer.wrap(new byte[] {'b', 'c'});
    Sha256 sum = new Sha256();
    sum.add(new byte[] {'x', 'a', 'x'}, 1, 1);
    sum.add(rest);

    assertThat(sum.hex()).isEqualTo(ABC);
    assertThat(rest.remaining()).isEqualTo(2);
  }

  @Test
  void textsDifferFromTheirSum() {
    Sha256 one = new Sha256();
    one.add("ab");
    one.add("c");
    Sha256 other = new Sha256();
    other.add("a");
    other.add("bc");

    assertThat(one.hex()).isNotEqualTo(other.hex());
  }
}
