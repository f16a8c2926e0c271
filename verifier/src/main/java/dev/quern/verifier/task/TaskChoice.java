package dev.quern.verifier.task;

/// What a model chose in a task, counted from 0.
///
/// @param answer what is right
/// @param choice the largest likelihood for its length
/// @param unnormalized the largest likelihood
public record TaskChoice(int answer, int choice, int unnormalized) {
  /// True if the choice is right.
  public boolean isRight() {
    return choice == answer;
  }

  /// True if the choice is right where length does not count.
  public boolean isRightUnnormalized() {
    return unnormalized == answer;
  }
}
