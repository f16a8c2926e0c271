package dev.quern.formats.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import dev.quern.formats.io.HeapBudget;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A JSON parser that charges what a tree of its values costs, so that a file made to exhaust
/// memory ends in a message.
final class BudgetedParser extends JsonParserDelegate {
  private static final int NODE = 120;

  private final Path file;
  private final HeapBudget budget;

  BudgetedParser(JsonParser parser, Path file, HeapBudget budget) {
    super(parser);
    this.file = file;
    this.budget = budget;
  }

  @Override
  public @Nullable JsonToken nextToken() throws IOException {
    JsonToken token = super.nextToken();
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      budget.charge(file, "content", NODE);
    } else if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
      budget.chargeText(file, "content", getTextLength());
    } else if (token != null && token.isScalarValue()) {
      budget.charge(file, "content", 24);
    }
    return token;
  }
}
