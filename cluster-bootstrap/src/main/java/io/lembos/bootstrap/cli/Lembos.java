package io.lembos.bootstrap.cli;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

/** The root of the command line: lists the commands and turns failures into one clear line on standard error. */
@Command(
        name = "lembos",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        header = "A Kubernetes-compatible cluster in one small process.",
        description = {
            "",
            "Begin with:",
            "  ./lembos up                          start (or restart) a cluster and point kubectl at it",
            "  kubectl apply -f examples/hello/     run something on it",
            "  ./lembos down                        stop it; everything is kept",
            ""
        },
        footer = {
            "",
            "Files lie below $LEMBOS_HOME (default ~/.lembos). ./lembos test runs the test suite, ./lembos bench the",
            "benchmarks. ./lembos COMMAND --help explains a command."
        },
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            DeleteCommand.class,
            LogsCommand.class,
            ExplainCommand.class,
            RunCommand.class,
            NodesCommand.class,
            ImageCommand.class,
            DashboardCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Lembos implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** Runs one command line and returns the exit code: 0 done, 1 failed, 2 misused. */
    public static int execute(String... args) {
        IExecutionExceptionHandler onFailure = (failure, commandLine, parsed) -> {
            if (failure instanceof IOException || failure instanceof UserError) {
                Terminal.error(failure.getMessage());
            } else {
                Terminal.error("this should not have happened; please report it");
                failure.printStackTrace();
            }
            return CommandLine.ExitCode.SOFTWARE;
        };
        return new CommandLine(new Lembos())
                .setExecutionExceptionHandler(onFailure)
                .setUsageHelpWidth(110)
                .execute(args);
    }
}
