package dev.sluice.standalone.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.sluice.lab.app.LabCommand;
import dev.sluice.standalone.folder.BrokenFileException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/// The `sluice` command.
@Command(
        name = "sluice",
        description = "An inference-aware gateway: routes each request to the model server where it costs least.",
        mixinStandardHelpOptions = true,
        versionProvider = Sluice.Version.class,
        scope = ScopeType.INHERIT,
        subcommands = {
            StandaloneCommand.class,
            PickerCommand.class,
            DemoCommand.class,
            LabCommand.class,
            SimulatorCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Sluice {
    private boolean verbose;

    private Sluice() {}

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Log more: -v what happens, -vv every detail.")
    void setVerbosity(boolean[] times) {
        verbose = times.length > 0;
        Level level = switch (times.length) {
            case 0 -> Level.WARN;
            case 1 -> Level.INFO;
            default -> Level.DEBUG;
        };
        if (LoggerFactory.getLogger("dev.sluice") instanceof Logger logger) {
            logger.setLevel(level);
        }
    }

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        // gRPC logs through java.util.logging.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Sluice sluice = new Sluice();
        CommandLine line = new CommandLine(sluice);
        return line.setExecutionExceptionHandler(sluice::explain)
                .setUsageHelpAutoWidth(true)
                .execute(arguments);
    }

    /// A failure that a user can mend is told in a sentence; the rest, or everything with `-v`, with its
    /// stack trace.
    private int explain(Exception failure, CommandLine line, ParseResult parsed) throws Exception {
        boolean mendable = failure instanceof IOException || failure instanceof BrokenFileException;
        if (failure instanceof InterruptedException) {
            return 130;
        }
        if (!mendable || verbose) {
            throw failure;
        }
        line.getErr().println("sluice: " + failure.getMessage());
        return 1;
    }

    /// The build's version.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream file = Sluice.class.getResourceAsStream("version.properties")) {
                properties.load(file);
            }
            return new String[] {"sluice " + properties.getProperty("version")};
        }
    }
}
