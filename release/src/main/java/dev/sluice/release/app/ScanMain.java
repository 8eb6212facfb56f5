package dev.sluice.release.app;

import dev.sluice.release.program.VulnerabilityScanner;
import dev.sluice.release.scan.Ecosystem;
import dev.sluice.release.scan.ScannedBill;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The `bin/scan` command.
@Command(
        name = "scan",
        description = "Looks for known vulnerabilities of what images have, by their bills of materials, without a"
                + " network. The exit status is 0 for none, 1 for some, 2 where it could not look.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
public final class ScanMain implements Callable<Integer> {
    private static final String BILL = ".cdx.json";
    private static final int FOUND = 1;
    private static final int FAILED = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--database",
            required = true,
            description = "A folder with the exports of the OSV database: Maven/all.zip and Debian/all.zip.")
    private Path database = Path.of("");

    @Option(
            names = "--images",
            description = "The output of bin/images, or of bin/release.",
            defaultValue = "target/images")
    private Path images = Path.of("");

    private ScanMain() {}

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(execute(out, err, arguments));
    }

    /// @return the exit status
    public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new ScanMain())
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    if (!(failure instanceof IOException || failure instanceof IllegalArgumentException)) {
                        throw failure;
                    }
                    command.getErr().println("scan: " + failure.getMessage());
                    return FAILED;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Path> files = bills();
        Path work = Files.createTempDirectory("sluice-scan");
        try {
            List<Path> scanned = new ArrayList<>();
            Set<Ecosystem> ecosystems = EnumSet.noneOf(Ecosystem.class);
            for (Path file : files) {
                ScannedBill bill = ScannedBill.of(file.toString(), Files.readString(file));
                ecosystems.addAll(bill.ecosystems());
                scanned.add(Files.writeString(work.resolve(file.getFileName()), bill.json()));
            }
            for (Ecosystem each : ecosystems) {
                checkDatabase(each);
            }
            VulnerabilityScanner.Findings findings = new VulnerabilityScanner(database, work).scan(scanned);
            PrintWriter out = spec.commandLine().getOut();
            if (findings.any()) {
                out.println(findings.table());
                return FOUND;
            }
            out.printf("no known vulnerabilities in %d bills of materials%n", scanned.size());
            return 0;
        } finally {
            Folders.delete(work);
        }
    }

    private List<Path> bills() throws IOException {
        if (Files.isDirectory(images)) {
            try (Stream<Path> files = Files.list(images)) {
                List<Path> bills = files.filter(each -> each.toString().endsWith(BILL))
                        .sorted()
                        .toList();
                if (!bills.isEmpty()) {
                    return bills;
                }
            }
        }
        throw new IOException("there are no bills of materials (*%s) in '%s'. `bin/images --output %s` makes them."
                .formatted(BILL, images, images));
    }

    private void checkDatabase(Ecosystem ecosystem) throws IOException {
        Path file = database.resolve(ecosystem.label()).resolve("all.zip");
        if (!Files.isReadable(file)) {
            throw new IOException(
                    "the database lacks %s. Bring there the export that the OSV project publishes as %s/all.zip."
                            .formatted(file, ecosystem.label()));
        }
    }
}
