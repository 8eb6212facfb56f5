package dev.sluice.bench.placement;

import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.NamedPicker;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A way in which requests find their servers.
sealed interface Contender {
    String name();

    /// Envoy's own round robin, without any picker.
    record EnvoyRoundRobin() implements Contender {
        static final String NAME = "envoy-round-robin";

        @Override
        public String name() {
            return NAME;
        }
    }

    /// Sluice's picker with a policy.
    ///
    /// @param scheduling `spec.scheduling.policy` of an InferencePoolPolicy
    /// @param warm whether one picker is kept over all rounds; else each turn has a new one
    record SluicePolicy(String name, String scheduling, boolean warm) implements Contender {}

    /// A picker that runs already, asked by Envoy.
    record Foreign(NamedPicker picker) implements Contender {
        @Override
        public String name() {
            return picker.name();
        }
    }

    /// A proxy that runs already and chooses by itself: it is sent to without Envoy.
    record Proxy(String name, HostAndPort address) implements Contender {
        private static final Pattern ARGUMENT = Pattern.compile("(?<name>[A-Za-z0-9_.-]+)=(?<address>.+:\\d+)");

        /// Reads `name=host:port`.
        static Proxy parse(String argument) {
            Matcher match = ARGUMENT.matcher(argument);
            if (!match.matches()) {
                throw new IllegalArgumentException("not of the form name=host:port: " + argument);
            }
            return new Proxy(match.group("name"), HostAndPort.fromString(match.group("address")));
        }
    }

    /// A policy's name as the command line has it: `cost`, `least-request`, `cost-warm`, `envoy-round-robin`.
    static Contender ofPolicy(String name) {
        if (name.equals(EnvoyRoundRobin.NAME)) {
            return new EnvoyRoundRobin();
        }
        boolean warm = name.endsWith(WARM);
        String policy = warm ? name.substring(0, name.length() - WARM.length()) : name;
        if (!POLICIES.contains(policy)) {
            throw new IllegalArgumentException("no policy is called %s; there are %s, each also as %s%s, and %s"
                    .formatted(name, String.join(", ", POLICIES), POLICIES.getFirst(), WARM, EnvoyRoundRobin.NAME));
        }
        StringBuilder scheduling = new StringBuilder();
        for (String word : policy.split("-")) {
            scheduling.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return new SluicePolicy(name, scheduling.toString(), warm);
    }

    /// The contender is the policy that is on by default, which `--check` judges.
    default boolean isCost() {
        return this instanceof SluicePolicy policy && policy.scheduling().equals("Cost");
    }

    String WARM = "-warm";
    List<String> POLICIES = List.of("cost", "weighted", "least-request", "round-robin", "random");
}
