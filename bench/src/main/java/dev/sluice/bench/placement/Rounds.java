package dev.sluice.bench.placement;

import com.google.common.net.HostAndPort;
import dev.sluice.bench.placement.load.Client;
import dev.sluice.bench.placement.load.Plan;
import dev.sluice.bench.placement.load.PlannedRequest;
import dev.sluice.bench.placement.load.RequestWriter;
import dev.sluice.bench.placement.load.Sample;
import dev.sluice.bench.rig.Closing;
import dev.sluice.bench.rig.Loop;
import dev.sluice.bench.rig.ProcessCpu;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rounds: in each, every contender has its turn with the same requests, and each round another one begins.
final class Rounds {
    /// Counters of a metrics page may be a moment behind the answers.
    private static final long COUNTED_MILLIS = 500;

    private static final long WARM_UP_SALT = -1;
    /// A picker is calm when it takes less than this share of a processor for this long; it is waited for 20 s at
    /// most.
    private static final int CALM_TRIES = 40;
    private static final long CALM_MILLIS = 500;
    private static final double CALM_SHARE = 0.2;

    private final Loop loop;
    private final Servers servers;
    private final Stage stage;
    private final Plan plan;
    private final RequestWriter writer;
    private final RoundSettings pace;

    /// The order in which turns follow each other.
    ///
    /// @param warmUp how many requests are sent before the first round, through Envoy's round robin: neither the
    ///     client nor a server pays for its first ones in a contender's turn
    /// @param reset the command that makes caches cold before each turn; null for none
    /// @param settle the time from the start of a turn's processes to its first request
    /// @param patience the time that the last request has
    record RoundSettings(int rounds, int warmUp, @Nullable String reset, Duration settle, Duration patience) {}

    Rounds(Loop loop, Servers servers, Stage stage, Plan plan, RequestWriter writer, RoundSettings pace) {
        this.loop = loop;
        this.servers = servers;
        this.stage = stage;
        this.plan = plan;
        this.writer = writer;
        this.pace = pace;
    }

    List<PlacementTrial> play(List<Contender> contenders, Consumer<PlacementTrial> progress)
            throws IOException, InterruptedException {
        List<Contender> order = new ArrayList<>(contenders);
        List<PlacementTrial> turns = new ArrayList<>();
        warmUp();
        for (int round = 0; round < pace.rounds(); round++) {
            for (Contender contender : order) {
                PlacementTrial turn =
                        turn(contender, round, salt(round, contenders.indexOf(contender), contenders.size()));
                progress.accept(turn);
                turns.add(turn);
            }
            Collections.rotate(order, -1);
        }
        return turns;
    }

    private void warmUp() throws IOException, InterruptedException {
        if (pace.warmUp() > 0) {
            servers.awaitReady();
            try (Closing parts = new Closing()) {
                Stage.Scene scene = stage.set(new Contender.EnvoyRoundRobin(), parts);
                Client.play(loop, scene.target(), plan.first(pace.warmUp()), writer, WARM_UP_SALT, pace.patience());
            }
        }
    }

    /// The turns of a round are alike to the byte where servers are reset; but no two rounds are, for a
    /// picker may remember.
    private long salt(int round, int contender, int contenders) {
        return pace.reset() != null ? round : (long) round * contenders + contender;
    }

    private PlacementTrial turn(Contender contender, int round, long salt) throws IOException, InterruptedException {
        if (pace.reset() != null) {
            Shell.run(pace.reset());
        }
        servers.awaitReady();
        try (Closing parts = new Closing()) {
            Stage.Scene scene = stage.set(contender, parts);
            Thread.sleep(pace.settle());
            awaitCalm(scene.pickerPid());
            Map<HostAndPort, Counters> before = servers.counters();
            double cpuBefore = cpu(scene.pickerPid());
            List<Sample> samples = Client.play(loop, scene.target(), plan, writer, salt, pace.patience());
            double cpu = cpu(scene.pickerPid()) - cpuBefore;
            TimeUnit.MILLISECONDS.sleep(COUNTED_MILLIS);
            PlacementTrial.Meanwhile meanwhile = meanwhile(before, servers.counters(), cpu);
            return PlacementTrial.of(contender.name(), round, samples, meanwhile, Learnt.of(servers, scene.admin()));
        }
    }

    private PlacementTrial.Meanwhile meanwhile(
            Map<HostAndPort, Counters> before, Map<HostAndPort, Counters> after, double cpuSeconds) {
        List<Counters> deltas = new ArrayList<>();
        Map<String, Double> perServer = new HashMap<>();
        for (HostAndPort server : servers.addresses()) {
            Counters first = before.get(server);
            Counters last = after.get(server);
            if (first == null || last == null) {
                perServer.put(server.toString(), Double.NaN);
                continue;
            }
            Counters delta = last.since(first);
            deltas.add(delta);
            perServer.put(server.toString(), delta.answered());
        }
        Counters all = Counters.sum(deltas);
        int requests = plan.requests().size();
        long planned =
                plan.requests().stream().mapToLong(PlannedRequest::promptTokens).sum();
        return new PlacementTrial.Meanwhile(
                all.hitRatio(), all.prompted() / planned, cpuSeconds * 1e3 / requests, perServer);
    }

    /// Returns when the picker has done what a new process does, or after a while: it shares its processors with the
    /// rest.
    private static void awaitCalm(OptionalLong picker) throws InterruptedException {
        for (int left = CALM_TRIES; left > 0; left--) {
            double before = cpu(picker);
            TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
            if (!(cpu(picker) - before > CALM_SHARE * CALM_MILLIS / 1e3)) {
                return;
            }
        }
    }

    /// Not a number where there is no such process: it may have ended meanwhile.
    private static double cpu(OptionalLong pid) {
        try {
            return pid.isPresent() ? ProcessCpu.seconds(pid.getAsLong()) : Double.NaN;
        } catch (IOException gone) {
            return Double.NaN;
        }
    }
}
