package dev.sluice.bench.sidebyside;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.net.HostAndPort;
import dev.sluice.standalone.envoy.EnvoyBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `bench/side-by-side`: starts what is to be measured, measures it, and says what came out.
@Command(
        name = "side-by-side",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = 64,
        description = "Measures ext_proc pickers side by side, behind one Envoy, on four local backends.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:measured", "2:the run is void; standard error says why"})
final class SideBySide implements Callable<Integer> {
    /// What a run leaves behind for machines.
    record Run(Machine machine, Schedule schedule, List<Contender> contenders, List<Turn> turns) {}

    @Spec
    private CommandSpec spec;

    @Mixin
    private Options options;

    private SideBySide() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SideBySide())
                .registerConverter(Contender.class, Contender::parse)
                .registerConverter(Work.class, Work::of)
                .registerConverter(HostAndPort.class, HostAndPort::fromString)
                .setUsageHelpAutoWidth(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Answers answers = new Answers(options.eventsPerWrite());
        try (Closing parts = new Closing()) {
            Loop loop = parts.add(new Loop());
            List<HostAndPort> backends =
                    parts.add(Backends.start(loop, answers, options.backends())).addresses();
            List<Contender> contenders = contenders(parts, backends);
            List<Work.BodyMode> modes =
                    options.works().stream().map(Work::bodyMode).distinct().toList();
            Gateway gateway =
                    parts.add(Gateway.start(EnvoyBinary.locate(), EnvoyConfig.json(backends, contenders, modes)));
            Measurement measurement =
                    new Measurement(loop, gateway, answers, contenders, options.schedule(), this::progress);
            List<Turn> turns = new ArrayList<>();
            for (Work work : options.works()) {
                turns.addAll(measurement.peak(work));
            }
            return report(contenders, turns);
        }
    }

    private List<Contender> contenders(Closing parts, List<HostAndPort> backends) throws IOException {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(Contender.NONE);
        contenders.add(child(parts, Contender.NO_OP, NoOpPicker.class, List.of()));
        if (options.startsSluice()) {
            Path folder = parts.add(SluicePicker.Folder.of(backends)).path();
            contenders.add(child(parts, Contender.SLUICE, SluicePicker.class, List.of(folder.toString())));
        }
        contenders.addAll(options.pickers());
        return contenders;
    }

    private Contender child(Closing parts, String name, Class<?> main, List<String> arguments) throws IOException {
        ChildJvm jvm = parts.add(ChildJvm.start(main, options.jvmFlags(), arguments));
        return new Contender(name, new Contender.Picker(jvm.address(), jvm.pid(), false));
    }

    private int report(List<Contender> contenders, List<Turn> turns) throws IOException {
        Machine machine = Machine.describe(options.jvmFlags());
        List<String> names = contenders.stream().map(Contender::name).toList();
        String markdown = new Report(machine, new Results(turns), names, options.reference()).markdown();
        spec.commandLine().getOut().print(markdown);
        spec.commandLine().getOut().flush();
        if (options.markdown() != null) {
            Files.writeString(options.markdown(), markdown);
        }
        if (options.json() != null) {
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValue(options.json().toFile(), new Run(machine, options.schedule(), contenders, turns));
        }
        return 0;
    }

    private void progress(Turn turn) {
        spec.commandLine()
                .getErr()
                .printf(
                        "%-11s round %d  %-10s %8s req/s  picker %8s ms  Envoy %8s ms  p99 %8s ms  %d errors%n",
                        turn.work(),
                        turn.round() + 1,
                        turn.contender(),
                        Report.number(turn.requestsPerSecond()),
                        turn.pickerCpuSeconds() == null ? "–" : Report.number(turn.pickerCpuMs()),
                        Report.number(turn.envoyCpuMs()),
                        Report.number(turn.window().p99Ms()),
                        turn.window().errors());
    }
}
