package dev.sluice.lab.contender;

import dev.sluice.lab.fleet.Agenda;
import dev.sluice.lab.workload.Workload;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.settings.AdmissionSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/// The contenders by name.
public final class Contenders {
    private static final Map<String, Maker> ALL = new LinkedHashMap<>();

    static {
        ALL.put("cost", routed(PolicyKind.COST));
        ALL.put("admission", admitted(AdmissionSettings.DEFAULT.headroom()));
        ALL.put("admission-h10", admitted(0.1));
        ALL.put("admission-h50", admitted(0.5));
        ALL.put("admission-h90", admitted(0.9));
        ALL.put("cost-x2", replicated(PolicyKind.COST, 2));
        ALL.put("weighted", routed(PolicyKind.WEIGHTED));
        ALL.put("least-request", routed(PolicyKind.LEAST_REQUEST));
        ALL.put("round-robin", routed(PolicyKind.ROUND_ROBIN));
        ALL.put("random", routed(PolicyKind.RANDOM));
        ALL.put("service", published(KubernetesService::new));
        ALL.put("power-of-two", published(PowerOfTwo::new));
        ALL.put("preble", published(_ -> new PrebleE2()));
        ALL.put("dynamo", published(_ -> new DynamoCost()));
        ALL.put("sglang", published(_ -> new SglangCacheAware()));
        ALL.put("aibrix", published(_ -> new AibrixPrefixCache()));
        ALL.put("llm-d-load", published(LlmdScores::loadOnly));
        ALL.put("llm-d-estimated", published(LlmdScores::estimated));
        ALL.put("llm-d-precise", published(LlmdScores::precise));
        ALL.put("oracle", published(_ -> new Oracle()));
    }

    private Contenders() {}

    @FunctionalInterface
    private interface Maker {
        Contender make(Workload workload, Agenda agenda, long seed);
    }

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /// A new contender that knows nothing yet.
    public static Contender named(String name, Workload workload, Agenda agenda, long seed) {
        Maker maker = ALL.get(name);
        if (maker == null) {
            throw new IllegalArgumentException("no policy is named '" + name + "'; known: " + ALL.keySet());
        }
        return maker.make(workload, agenda, seed);
    }

    private static Maker published(LongFunction<Chooser> chooser) {
        return (_, agenda, seed) -> new PublishedContender(chooser.apply(seed), agenda);
    }

    private static Maker routed(PolicyKind policy) {
        return (workload, agenda, _) -> new RouterContender(policy, workload, agenda, 1);
    }

    /// @param headroom what sheddable requests leave to others
    private static Maker admitted(double headroom) {
        return (workload, agenda, _) ->
                new RouterContender(workload, agenda, AdmissionSettings.DEFAULT.withHeadroom(headroom));
    }

    private static Maker replicated(PolicyKind policy, int replicas) {
        return (workload, agenda, seed) -> {
            List<Contender> pickers = IntStream.range(0, replicas)
                    .<Contender>mapToObj(_ -> new RouterContender(policy, workload, agenda, replicas))
                    .toList();
            return new Replicas(pickers, seed);
        };
    }
}
