package dev.quern.verifier;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A condition that a model must meet, such as `kld.mean<=0.05`.
///
/// @param metric the figure
/// @param relation how it must stand to the limit
/// @param limit finite; bytes for a size, 0 to 1 for a share
public record Gate(Metric metric, Relation relation, double limit) {
  private static final Pattern FORM =
      Pattern.compile("\\s*([^<>=\\s]+)\\s*(<=|>=|<(?!=)|>(?!=))\\s*(\\S.*?)\\s*");
  private static final Pattern NUMBER =
      Pattern.compile("([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)\\s*([A-Za-z%]*)");
  private static final Map<String, BigDecimal> SIZES =
      Map.of(
          "", BigDecimal.ONE,
          "B", BigDecimal.ONE,
          "kB", BigDecimal.valueOf(1_000),
          "MB", BigDecimal.valueOf(1_000_000),
          "GB", BigDecimal.valueOf(1_000_000_000),
          "KiB", BigDecimal.valueOf(1 << 10),
          "MiB", BigDecimal.valueOf(1 << 20),
          "GiB", BigDecimal.valueOf(1 << 30));
  private static final Map<String, BigDecimal> SHARES =
      Map.of("", BigDecimal.ONE, "%", new BigDecimal("0.01"));
  private static final Map<String, BigDecimal> PLAIN = Map.of("", BigDecimal.ONE);

  /// How a value stands to a limit.
  public enum Relation {
    AT_MOST("<="),
    AT_LEAST(">="),
    BELOW("<"),
    ABOVE(">");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }

    boolean holds(double value, double limit) {
      return switch (this) {
        case AT_MOST -> value <= limit;
        case AT_LEAST -> value >= limit;
        case BELOW -> value < limit;
        case ABOVE -> value > limit;
      };
    }

    private static Relation of(String sign) {
      return switch (sign) {
        case "<=" -> AT_MOST;
        case ">=" -> AT_LEAST;
        case "<" -> BELOW;
        case ">" -> ABOVE;
        default -> throw new IllegalArgumentException("\"" + sign + "\" is not a relation");
      };
    }
  }

  public Gate {
    if (!Double.isFinite(limit)) {
      throw new IllegalArgumentException(
          "the limit of a gate on " + metric.label() + " is " + limit);
    }
  }

  /// Reads a gate: a metric, one of `<= >= < >`, and a number; a `%` may follow the number for a
  /// share, and kB, MB, GB, KiB, MiB or GiB for a size. `finite` alone is `finite>=1`.
  ///
  /// @throws IllegalArgumentException if the text is something else
  public static Gate parse(String text) {
    if (text.strip().equals(Metric.FINITE.label())) {
      return new Gate(Metric.FINITE, Relation.AT_LEAST, 1);
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "gate \""
              + text
              + "\" is not a metric, one of <= >= < > and a number, as in kld.mean<=0.05");
    }
    try {
      Metric metric = Metric.named(form.group(1));
      return new Gate(metric, Relation.of(form.group(2)), limit(metric, form.group(3)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("gate \"" + text + "\": " + e.getMessage(), e);
    }
  }

  private static double limit(Metric metric, String text) {
    Matcher number = NUMBER.matcher(text);
    if (!number.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not a number");
    }
    Map<String, BigDecimal> units =
        switch (metric.kind()) {
          case NUMBER -> PLAIN;
          case SHARE -> SHARES;
          case SIZE -> SIZES;
        };
    BigDecimal unit = units.get(number.group(2));
    if (unit == null) {
      throw new IllegalArgumentException(
          "\"%s\" is not a unit of %s%s"
              .formatted(number.group(2), metric.label(), wanted(metric)));
    }
    return new BigDecimal(number.group(1)).multiply(unit).doubleValue();
  }

  private static String wanted(Metric metric) {
    return switch (metric.kind()) {
      case NUMBER -> ", which has none";
      case SHARE -> ": use % or none";
      case SIZE -> ": use B, kB, MB, GB, KiB, MiB or GiB";
    };
  }

  /// True if `value` meets the condition; NaN never does.
  public boolean holds(double value) {
    return relation.holds(value, limit);
  }

  /// The gate as [#parse] reads it, sizes in bytes and shares from 0 to 1.
  @Override
  public String toString() {
    BigDecimal plain = new BigDecimal(Double.toString(limit)).stripTrailingZeros();
    return metric.label() + relation.sign + plain.toPlainString();
  }
}
