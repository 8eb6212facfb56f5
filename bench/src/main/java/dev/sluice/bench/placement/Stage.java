package dev.sluice.bench.placement;

import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.Closing;
import dev.sluice.bench.rig.EnvoyConfig;
import dev.sluice.bench.rig.Gateway;
import dev.sluice.bench.rig.NamedPicker;
import dev.sluice.bench.rig.PoolFolder;
import dev.sluice.bench.rig.SluicePicker;
import dev.sluice.standalone.envoy.EnvoyBinary;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The stage is started for a contender's turn: its picker, if that is ours, and an Envoy, which is a new one
/// each time.
final class Stage {
    private static final String LISTENER = "gateway";
    private static final String BODIES = "FULL_DUPLEX_STREAMED";

    private static final String POLICY = """
            apiVersion: inference.sluice.dev/v1alpha1
            kind: InferencePoolPolicy
            metadata: {name: default}
            spec:
              targetRefs: [{name: default}]
              scheduling: {policy: ${policy}}
            """;

    private final Servers servers;
    private final Map<String, String> restarts;
    private final SluiceJvm jvm;
    private final Closing kept;
    private final Map<String, SluicePicker> warm = new HashMap<>();

    /// The options with which Sluice's pickers run.
    ///
    /// @param flags the JVM's
    /// @param rehearsals exchanges that another picker answers in that JVM before, so that its code is compiled;
    ///     0 for the JVM that users start, with its AOT cache
    record SluiceJvm(List<String> flags, int rehearsals) {
        SluiceJvm {
            flags = List.copyOf(flags);
        }
    }

    /// The processes that are there for a turn.
    ///
    /// @param target where the requests are sent
    /// @param pickerPid the process that chooses, where its time can be counted
    /// @param admin where Sluice's picker tells what it has learnt
    record Scene(
            HostAndPort target,
            OptionalLong pickerPid,
            @Nullable URI admin) {}

    /// @param restarts commands by contender, run before each of its turns
    /// @param kept what stays until the run's end
    Stage(Servers servers, Map<String, String> restarts, SluiceJvm jvm, Closing kept) {
        this.servers = servers;
        this.restarts = Map.copyOf(restarts);
        this.jvm = jvm;
        this.kept = kept;
    }

    /// @param parts what is stopped at the turn's end
    Scene set(Contender contender, Closing parts) throws IOException, InterruptedException {
        OptionalLong restarted = restarts.containsKey(contender.name())
                ? Shell.run(restarts.getOrDefault(contender.name(), ""))
                : OptionalLong.empty();
        return switch (contender) {
            case Contender.EnvoyRoundRobin _ -> new Scene(envoy(null, parts), OptionalLong.empty(), null);
            case Contender.SluicePolicy policy -> {
                SluicePicker picker = sluice(policy, parts);
                NamedPicker named = picker.named(policy.name());
                yield new Scene(envoy(named, parts), OptionalLong.of(named.pid()), picker.admin());
            }
            case Contender.Foreign(NamedPicker picker) -> {
                Servers.awaitListening(picker.name(), picker.address());
                OptionalLong pid = restarted.isPresent() ? restarted : OptionalLong.of(picker.pid());
                yield new Scene(envoy(picker, parts), pid, null);
            }
            case Contender.Proxy(String name, HostAndPort address) -> {
                Servers.awaitListening(name, address);
                yield new Scene(address, restarted, null);
            }
        };
    }

    private HostAndPort envoy(@Nullable NamedPicker picker, Closing parts) throws IOException {
        EnvoyConfig.Listener listener = new EnvoyConfig.Listener(LISTENER, picker, BODIES, true);
        Gateway gateway = parts.add(
                Gateway.start(EnvoyBinary.locate(), EnvoyConfig.json(servers.addresses(), List.of(listener))));
        return gateway.listener(LISTENER);
    }

    private SluicePicker sluice(Contender.SluicePolicy policy, Closing parts) throws IOException {
        if (!policy.warm()) {
            return start(policy, parts);
        }
        SluicePicker running = warm.get(policy.name());
        if (running == null) {
            running = start(policy, kept);
            warm.put(policy.name(), running);
        }
        return running;
    }

    private SluicePicker start(Contender.SluicePolicy policy, Closing parts) throws IOException {
        PoolFolder folder = parts.add(PoolFolder.of(
                servers.addresses(), List.of(), List.of(POLICY.replace("${policy}", policy.scheduling()))));
        return parts.add(
                jvm.rehearsals() == 0
                        ? SluicePicker.start(folder, jvm.flags())
                        : SluicePicker.start(folder, jvm.flags(), jvm.rehearsals()));
    }
}
