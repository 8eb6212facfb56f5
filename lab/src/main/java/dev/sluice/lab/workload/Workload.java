package dev.sluice.lab.workload;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.lab.fleet.ServerGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A workload and the fleet it is meant for, as a file describes them.
///
/// @param name short, as in a row of a table
/// @param about what it stands for
/// @param model the base model, as clients name it
/// @param mix the kinds of requests, where no trace says
/// @param loads rates to play it at, in multiples of the arrivals'
/// @param slowdowns kernel times to play it at, in multiples of the published ones, which pickers start from
/// @param settleSeconds how long requests may still run after the last arrival
/// @param told what pickers are told; the usual where it is not said
public record Workload(
        String name,
        String about,
        String model,
        Arrivals arrivals,
        List<Kind> mix,
        List<ServerGroup> fleet,
        Slo slo,
        List<Double> loads,
        List<Double> slowdowns,
        double settleSeconds,
        Told told) {
    private static final double SETTLE_SECONDS = 60;
    private static final double WARM_UP_SECONDS = 20;
    private static final double STEADY_SECONDS = 60;

    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public Workload {
        about = about == null ? "" : about.strip();
        model = model == null ? "meta-llama/Llama-3.1-8B-Instruct" : model;
        mix = mix == null ? List.of() : List.copyOf(mix);
        fleet = fleet == null ? List.of() : List.copyOf(fleet);
        slo = slo == null ? Slo.DEFAULT : slo;
        loads = loads == null || loads.isEmpty() ? List.of(1.0) : List.copyOf(loads);
        slowdowns = slowdowns == null || slowdowns.isEmpty() ? List.of(1.0) : List.copyOf(slowdowns);
        settleSeconds = settleSeconds == 0 ? SETTLE_SECONDS : settleSeconds;
        told = told == null ? Told.USUAL : told;
        if (name == null || arrivals == null || fleet.isEmpty()) {
            throw new IllegalArgumentException("a workload needs name, arrivals and fleet");
        }
        if (mix.isEmpty() == (arrivals.trace() == null)) {
            throw new IllegalArgumentException("a workload needs a mix or a trace, not both");
        }
    }

    /// @throws IOException when the file cannot be read or does not describe a workload
    public static Workload read(Path file) throws IOException {
        try {
            return MAPPER.readValue(file.toFile(), Workload.class);
        } catch (JsonMappingException wrong) {
            throw new IOException(file + ": " + wrong.getOriginalMessage() + " at " + wrong.getPathReference(), wrong);
        }
    }

    /// A file that holds only servers.
    public static List<ServerGroup> readFleet(Path file) throws IOException {
        return List.of(MAPPER.readValue(file.toFile(), ServerGroup[].class));
    }

    /// The workloads for each combination of load, slowdown and priors, named so; slower servers are asked
    /// for less, in proportion.
    public List<Workload> rows() {
        return slowdowns.stream()
                .flatMap(slowdown -> loads.stream().map(load -> row(load, slowdown)))
                .flatMap(row -> told.priors().stream().map(row::withPrior))
                .toList();
    }

    private Workload row(double load, double slowdown) {
        String named = name + (load == 1 ? "" : " ×" + plain(load)) + (slowdown == 1 ? "" : " slow" + plain(slowdown));
        return new Workload(
                named,
                about,
                model,
                arrivals.scaled(load / slowdown),
                mix,
                fleet,
                slo,
                List.of(1.0),
                List.of(slowdown),
                settleSeconds,
                told);
    }

    private Workload withPrior(double factor) {
        return named(name + (factor == 1 ? "" : " priors×" + plain(factor))).withPriors(List.of(factor));
    }

    private Workload named(String other) {
        return new Workload(other, about, model, arrivals, mix, fleet, slo, loads, slowdowns, settleSeconds, told);
    }

    /// The same for pickers that start from other rates than the published ones.
    public Workload withPriors(List<Double> factors) {
        return new Workload(
                name,
                about,
                model,
                arrivals,
                mix,
                fleet,
                slo,
                loads,
                slowdowns,
                settleSeconds,
                told.withPriors(factors));
    }

    private static String plain(double factor) {
        return factor == Math.rint(factor) ? "" + (long) factor : "" + factor;
    }

    /// Kernel times in multiples of the published ones.
    public double slowdown() {
        return slowdowns.getFirst();
    }

    /// The same kinds of requests at one rate, after a warm-up; of a trace, its record at that mean rate.
    public Workload steady(double rate) {
        if (arrivals.trace() != null) {
            throw new IllegalArgumentException(name + " is a trace: its rate is a multiple of the recorded one");
        }
        List<Stage> stages = List.of(new Stage(rate, WARM_UP_SECONDS, true), new Stage(rate, STEADY_SECONDS, false));
        Arrivals steady = new Arrivals(arrivals.cv(), stages, false, arrivals.maxInFlight(), null);
        return new Workload(name, about, model, steady, mix, fleet, slo, List.of(1.0), slowdowns, settleSeconds, told);
    }

    /// The same for `count` servers: each group in its proportion, at least one of each.
    public Workload withServers(int count) {
        double factor = (double) count / servers();
        return withFleet(fleet.stream()
                .map(group -> group.withCount((int) Math.max(1, Math.round(group.count() * factor))))
                .toList());
    }

    public Workload withFleet(List<ServerGroup> other) {
        return new Workload(name, about, model, arrivals, mix, other, slo, loads, slowdowns, settleSeconds, told);
    }

    public Workload withSlo(Slo other) {
        return new Workload(name, about, model, arrivals, mix, fleet, other, loads, slowdowns, settleSeconds, told);
    }

    /// The trace, if it has one, lies there.
    public boolean isPlayable(Path traces) {
        return arrivals.trace() == null
                || Files.exists(traces.resolve(arrivals.trace().file()));
    }

    /// All requests begin with the same text.
    public boolean sharesOnePrefix() {
        return mix.size() == 1
                && mix.getFirst().system() != null
                && mix.getFirst().system().groups() == 1;
    }

    /// The time when the last servers join; 0 where all are there from the beginning.
    public double lastJoinSeconds() {
        return fleet.stream().mapToDouble(ServerGroup::joinsAtSeconds).max().orElse(0);
    }

    /// Servers that are there from the beginning.
    public int firstServers() {
        return fleet.stream()
                .filter(group -> group.joinsAtSeconds() == 0)
                .mapToInt(ServerGroup::count)
                .sum();
    }

    public int servers() {
        return fleet.stream().mapToInt(ServerGroup::count).sum();
    }

    /// The shares of tenants are counted.
    public boolean hasTenants() {
        return mix.stream().anyMatch(kind -> kind.tenants() > 0);
    }

    /// The adapters that its requests ask for.
    public Stream<String> adapterNames() {
        return mix.stream().flatMap(Kind::adapterNames);
    }
}
