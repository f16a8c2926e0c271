package dev.quern.formats.hub;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.SourceTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The weights of a model of the Hub, closed with it.
record HubCheckpoint(Checkpoint weights, HubModel model) implements Checkpoint {
  @Override
  public Path path() {
    return weights.path();
  }

  @Override
  public List<SourceTensor> tensors() {
    return weights.tensors();
  }

  @Override
  public Optional<SourceTensor> tensor(String name) {
    return weights.tensor(name);
  }

  @Override
  public List<String> notes() {
    return List.of(
        "%s: weights are fetched from commit %s while they are read"
            .formatted(model.id().path(), model.commit()));
  }

  @Override
  public void close() {
    weights.close();
    model.close();
  }
}
