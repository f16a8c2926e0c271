package dev.quern.quantizers.recipe;

import dev.quern.formats.*;

/// stub.
public record TensorFacts(String name, Shape shape, GgmlType type) {}
