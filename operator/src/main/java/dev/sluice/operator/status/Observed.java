package dev.sluice.operator.status;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The observed state of the running parts, which no resource says.
///
/// @param gateways by `namespace/name`; a Gateway that is absent has no Envoy yet
/// @param pools what pickers say, by `namespace/name`; a pool that is absent has no picker of ours that answers
public record Observed(Map<String, GatewayState> gateways, Map<String, PoolReading> pools) {

    public Observed {
        gateways = Map.copyOf(gateways);
        pools = Map.copyOf(pools);
    }

    /// Nothing has been seen.
    public static Observed nothing() {
        return new Observed(Map.of(), Map.of());
    }

    /// The Envoys of a Gateway.
    ///
    /// @param addresses where clients reach them: IP addresses, or host names
    /// @param ready how many are ready
    /// @param refusal what one of them says of the configuration that it refused; null when all took the newest
    public record GatewayState(
            List<String> addresses, int ready, @Nullable String refusal) {

        public GatewayState {
            addresses = List.copyOf(addresses);
        }
    }

    /// The reading of a pool by its pickers, all replicas together.
    ///
    /// @param endpoints how many ready endpoints it has
    /// @param saturation how much of what it can do it does, from 0 to 1 and above
    /// @param serves the names that its servers list; empty where they are not known
    public record PoolReading(int endpoints, double saturation, List<String> serves, List<ModelReading> models) {

        /// A pool of which it is not known what its servers list.
        public PoolReading(int endpoints, double saturation, List<ModelReading> models) {
            this(endpoints, saturation, List.of(), models);
        }

        public PoolReading {
            serves = List.copyOf(serves);
            models = List.copyOf(models);
        }
    }

    /// The reading of a model in a pool by its pickers.
    ///
    /// @param name as clients send it
    public record ModelReading(String name, List<TargetReading> targets) {

        public ModelReading {
            targets = List.copyOf(targets);
        }
    }

    /// The reading of one target of a model by its pickers.
    ///
    /// @param target the name under which servers run it, the adapter's if it has one
    /// @param endpoints how many ready endpoints serve it
    /// @param share of the model's requests to this pool since the last reading, in percent; null without any
    public record TargetReading(
            String target, int endpoints, @Nullable Integer share) {}
}
