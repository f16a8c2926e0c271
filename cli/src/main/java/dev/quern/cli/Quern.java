package dev.quern.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `quern` command and its parts.
@Command(
    name = "quern",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Grinds a published checkpoint down to a model that runs on a laptop, and proves what the"
            + " grinding cost.",
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 usage, 3 a gate was missed.",
      "Main job: quern shrink examples/novella --to Q4_K_M -o out"
    })
public final class Quern implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          ShrinkCommand.class,
          ConvertCommand.class,
          VerifyCommand.class,
          InspectCommand.class,
          ArchitecturesCommand.class,
          ImatrixCommand.class,
          CalibrateCommand.class,
          TasksCommand.class,
          EditCommand.class,
          DiffCommand.class,
          MergeCommand.class,
          ConvertLoraCommand.class,
          GenerateCommand.class,
          TokenizeCommand.class,
          CheckTokenizerCommand.class,
          LogitsCommand.class,
          BenchCommand.class);

  @Spec private CommandSpec spec = CommandSpec.create();

  /// Runs one command and ends the process with its exit code.
  public static void main(String[] arguments) {
    Preparing.begin(arguments);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    Terminal.openMessages();
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, arguments);
    // all other threads have ended or are daemons; exit would first look for a logger in every jar
    if (code != ExitCode.DONE) {
      System.exit(code);
    }
  }

  /// Runs one command, printing to `out` and `err`.
  ///
  /// @return its exit code
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = new CommandLine(new Quern());
    commands(arguments).forEach(line::addSubcommand);
    line.setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.ansi()))
        .setExecutionExceptionHandler(
            (failure, command, _) ->
                failure instanceof UsageException
                    ? usageError(new ParameterException(command, failure.getMessage()))
                    : Failures.report(failure, command.getErr()))
        .setParameterExceptionHandler((failure, _) -> usageError(failure));
    try {
      return line.execute(arguments);
    } catch (Error e) {
      return Failures.report(e, err);
    }
  }

  /// The command that is asked for, or all if none is: picocli looks at every option of those that
  /// it has, and all together take longer than many a command.
  private static List<Class<?>> commands(String... arguments) {
    List<Class<?>> asked =
        COMMANDS.stream()
            .filter(type -> arguments.length > 0 && arguments[0].equals(name(type)))
            .toList();
    return asked.isEmpty() ? COMMANDS : asked;
  }

  private static String name(Class<?> command) {
    return Objects.requireNonNull(command.getAnnotation(Command.class)).name();
  }

  private static int usageError(ParameterException failure) {
    PrintWriter err = failure.getCommandLine().getErr();
    err.println(
        "quern: " + String.valueOf(failure.getMessage()).lines().findFirst().orElse("wrong usage"));
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    err.println("Try '" + command + " --help'.");
    return ExitCode.USAGE;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
