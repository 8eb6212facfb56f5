package dev.sluice.bench.sidebyside;

import dev.sluice.bench.rig.Gateway;
import dev.sluice.bench.rig.Loop;
import dev.sluice.bench.rig.ProcessCpu;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/// The rounds: in each, every contender has its turn, and each round another one begins.
final class Measurement {
    /// In an open loop a slow answer must not keep the next request waiting for a connection.
    private static final int OPEN_LOOP_CONNECTIONS = 8;

    private final Loop loop;
    private final Gateway gateway;
    private final Answers answers;
    private final List<PickerContender> contenders;
    private final Schedule schedule;
    private final Consumer<CostTrial> progress;

    Measurement(
            Loop loop,
            Gateway gateway,
            Answers answers,
            List<PickerContender> contenders,
            Schedule schedule,
            Consumer<CostTrial> progress) {
        this.loop = loop;
        this.gateway = gateway;
        this.answers = answers;
        this.contenders = List.copyOf(contenders);
        this.schedule = schedule;
        this.progress = progress;
    }

    /// Every contender as fast as it goes.
    List<CostTrial> peak(Work work) throws IOException, InterruptedException {
        return rounds(work, new Arrivals.Closed());
    }

    /// Every contender at the same rate, when its peak has been measured and its code is compiled.
    List<CostTrial> paced(Work work, double perSecond) throws IOException, InterruptedException {
        return rounds(work, new Arrivals.Poisson(perSecond));
    }

    private List<CostTrial> rounds(Work work, Arrivals arrivals) throws IOException, InterruptedException {
        List<PickerContender> order = new ArrayList<>(contenders);
        List<CostTrial> turns = new ArrayList<>();
        try (Conversations conversations = new Conversations(work)) {
            Load.Traffic traffic =
                    new Load.Traffic(conversations, answers.completion(work).bodyBytes());
            for (int round = 0; round < schedule.rounds(); round++) {
                for (PickerContender contender : order) {
                    CostTrial turn = turn(work, contender, round, arrivals, traffic);
                    progress.accept(turn);
                    turns.add(turn);
                }
                Collections.rotate(order, -1);
            }
        }
        return turns;
    }

    private CostTrial turn(Work work, PickerContender contender, int round, Arrivals arrivals, Load.Traffic traffic)
            throws IOException, InterruptedException {
        var listener = gateway.listener(contender.listenerName(work.bodyMode()));
        try (Load load = Load.start(loop, listener, traffic, arrivals, connections(work, arrivals))) {
            schedule.awaitWarmUp(round == 0 && arrivals instanceof Arrivals.Closed);
            load.beginWindow();
            Cpu before = cpu(contender);
            schedule.awaitWindow();
            Cpu after = cpu(contender);
            return new CostTrial(
                    work,
                    contender.name(),
                    round,
                    arrivals,
                    load.endWindow(),
                    new CostTrial.CpuTimes(
                            contender.picker() == null ? null : after.picker() - before.picker(),
                            after.envoy() - before.envoy(),
                            after.harness() - before.harness()));
        }
    }

    /// Seconds that each process has used so far.
    private record Cpu(double picker, double envoy, double harness) {}

    private Cpu cpu(PickerContender contender) throws IOException {
        return new Cpu(
                contender.picker() == null
                        ? 0
                        : ProcessCpu.seconds(contender.picker().pid()),
                ProcessCpu.seconds(gateway.pid()),
                ProcessCpu.seconds(ProcessHandle.current().pid()));
    }

    static int connections(Work work, Arrivals arrivals) {
        return switch (arrivals) {
            case Arrivals.Closed _ -> work.connections();
            case Arrivals.Poisson _ -> work.connections() * OPEN_LOOP_CONNECTIONS;
        };
    }
}
