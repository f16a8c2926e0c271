package dev.quern.formats.modelcard;

import java.util.List;

/// Metadata that is one text, in the order in which it is written.
enum TextField {
  NAME("general.name", "name", "model_name"),
  AUTHOR("general.author", "author", "model_author", "model_creator"),
  VERSION("general.version", "version", "model_version"),
  ORGANIZATION("general.organization", "organization", "model_organization"),
  FINETUNE("general.finetune", "finetune", "model_finetune"),
  BASENAME("general.basename", "basename", "model_basename", "model_type"),
  DESCRIPTION("general.description", "description", "model_description"),
  SIZE_LABEL("general.size_label", "size_label", "model_size_label"),
  LICENSE("general.license", "license"),
  LICENSE_NAME("general.license.name", "license_name"),
  LICENSE_LINK("general.license.link", "license_link"),
  SOURCE_URL("general.source.url", "url", "model_url"),
  SOURCE_DOI("general.source.doi", "doi", "model_doi"),
  SOURCE_UUID("general.source.uuid", "uuid", "model_uuid"),
  SOURCE_REPO_URL("general.source.repo_url", "repo_url", "model_repo_url");

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> cardKeys;

  TextField(String key, String... cardKeys) {
    this.key = key;
    this.cardKeys = List.of(cardKeys);
  }

  /// The key in a GGUF.
  String key() {
    return key;
  }

  /// The keys in a model card, the first of which that has a value counts.
  List<String> cardKeys() {
    return cardKeys;
  }
}
