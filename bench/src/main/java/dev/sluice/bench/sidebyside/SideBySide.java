package dev.sluice.bench.sidebyside;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.ChildJvm;
import dev.sluice.bench.rig.Closing;
import dev.sluice.bench.rig.EnvoyConfig;
import dev.sluice.bench.rig.Gateway;
import dev.sluice.bench.rig.Loop;
import dev.sluice.bench.rig.Machine;
import dev.sluice.bench.rig.Markdown;
import dev.sluice.bench.rig.NamedPicker;
import dev.sluice.bench.rig.PoolFolder;
import dev.sluice.bench.rig.SluicePicker;
import dev.sluice.standalone.envoy.EnvoyBinary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `bench/side-by-side`: starts what is to be measured, measures it, and says what came out.
@Command(
        name = "side-by-side",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures ext_proc pickers side by side, behind one Envoy, on four local backends.",
        exitCodeOnInvalidInput = SideBySide.USAGE,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:measured",
            "1:with --check, Sluice costs far more than it should; or something failed",
            "2:the run is void: the no-op was slow; standard error says how much",
            "64:the command line is wrong"
        })
final class SideBySide implements Callable<Integer> {
    static final int USAGE = 64;
    private static final int TOO_MUCH = 1;
    private static final int VOID = 2;

    /// Of small and long the time to an answer is judged, of sse-headers the time that the answer itself takes.
    private static final List<Work> PACED = List.of(Work.SMALL, Work.LONG, Work.SSE_HEADERS);

    private static final String GPU = "nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3";

    private static final String MODEL = """
            apiVersion: inference.sluice.dev/v1alpha1
            kind: InferenceModel
            metadata: {name: model}
            spec:
              modelName: %s
              poolRefs: [{name: default}]
            """.formatted(Conversations.MODEL);

    /// The record that a run leaves behind for machines.
    record SideBySideRun(
            Machine machine,
            Schedule schedule,
            List<PickerContender> contenders,
            List<CostSummary> summaries,
            List<CostTrial> turns) {}

    @Spec
    private CommandSpec spec;

    @Mixin
    private SideBySideOptions options;

    private SideBySide() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new SideBySide())
                .registerConverter(PickerContender.class, PickerContender::parse)
                .registerConverter(Work.class, Work::of)
                .registerConverter(HostAndPort.class, HostAndPort::fromString)
                .setUsageHelpAutoWidth(true)
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Answers answers = new Answers(options.eventsPerWrite());
        try (Closing parts = new Closing()) {
            Loop loop = parts.add(new Loop());
            List<HostAndPort> backends =
                    parts.add(Backends.start(loop, answers, options.backends())).addresses();
            List<PickerContender> contenders = contenders(parts, backends);
            List<Work.BodyMode> modes =
                    options.works().stream().map(Work::bodyMode).distinct().toList();
            Gateway gateway = parts.add(Gateway.start(
                    EnvoyBinary.locate(), EnvoyConfig.json(backends, PickerContender.listeners(contenders, modes))));
            CostResults results = measure(
                    new Measurement(loop, gateway, answers, contenders, options.schedule(), this::progress),
                    reference(contenders));
            report(contenders, results);
            return options.isCheck()
                    ? conclude("Failed: ", AcceptanceCriteria.regressions(results), TOO_MUCH)
                    : conclude("The run is void: ", AcceptanceCriteria.faults(results, options.reference()), VOID);
        }
    }

    private List<PickerContender> contenders(Closing parts, List<HostAndPort> backends) throws IOException {
        List<PickerContender> contenders = new ArrayList<>();
        if (!options.isCheck()) {
            contenders.add(PickerContender.NONE);
        }
        ChildJvm noOp = parts.add(ChildJvm.start(NoOpPicker.class, options.jvmFlags(), List.of()));
        contenders.add(PickerContender.of(new NamedPicker(PickerContender.NO_OP, noOp.address(), noOp.pid(), false)));
        if (options.startsSluice()) {
            PoolFolder folder = parts.add(PoolFolder.of(backends, List.of(GPU), List.of(MODEL)));
            SluicePicker sluice = parts.add(SluicePicker.start(folder, options.jvmFlags(), 0));
            contenders.add(PickerContender.of(sluice.named(PickerContender.SLUICE)));
        }
        contenders.addAll(options.pickers());
        return contenders;
    }

    /// The one that the command line names, if it is there; else the limit.
    private String reference(List<PickerContender> contenders) {
        return contenders.stream()
                .map(PickerContender::name)
                .filter(options.reference()::equals)
                .findFirst()
                .orElse(PickerContender.NO_OP);
    }

    private CostResults measure(Measurement measurement, String reference) throws IOException, InterruptedException {
        List<CostTrial> turns = new ArrayList<>();
        for (Work work : options.works()) {
            List<CostTrial> peak = measurement.peak(work);
            turns.addAll(peak);
            var rate = new CostResults(peak).of(reference).spread(CostFigure.RATE);
            if (rate.isPresent() && options.hasPacedPhase() && PACED.contains(work)) {
                turns.addAll(measurement.paced(work, rate.get().median() / 2));
            }
        }
        return new CostResults(turns);
    }

    private void report(List<PickerContender> contenders, CostResults results) throws IOException {
        String reference = reference(contenders);
        Machine machine = Machine.describe(options.jvmFlags());
        List<CostSummary> summaries = CostSummary.of(
                results,
                contenders.stream().map(PickerContender::name).toList(),
                Stream.of(PickerContender.NONE.name(), PickerContender.NO_OP, reference)
                        .distinct()
                        .toList());
        String markdown = new CostReport(
                        machine, results, summaries, reference, AcceptanceCriteria.targets(options.reference()))
                .markdown();
        spec.commandLine().getOut().print(markdown);
        spec.commandLine().getOut().flush();
        if (options.markdown() != null) {
            Files.writeString(options.markdown(), markdown);
        }
        if (options.json() != null) {
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValue(
                            options.json().toFile(),
                            new SideBySideRun(machine, options.schedule(), contenders, summaries, results.turns()));
        }
    }

    private int conclude(String complaint, Stream<String> reasons, int status) {
        List<String> all = reasons.toList();
        all.forEach(reason -> err().println(complaint + reason));
        err().flush();
        return all.isEmpty() ? 0 : status;
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private void progress(CostTrial turn) {
        err().printf(
                        "%-11s round %d  %-10s %8s req/s  picker %8s ms  Envoy %8s ms  p99 %8s ms  %d errors%s%n",
                        turn.work(),
                        turn.round() + 1,
                        turn.contender(),
                        Markdown.number(turn.requestsPerSecond()),
                        turn.cpu().pickerCpuSeconds() == null ? "–" : Markdown.number(turn.pickerCpuMs()),
                        Markdown.number(turn.envoyCpuMs()),
                        Markdown.number(turn.window().latencies().p99Ms()),
                        turn.window().errors(),
                        turn.isPaced() ? ", " + turn.arrivals() : "");
        err().flush();
    }
}
