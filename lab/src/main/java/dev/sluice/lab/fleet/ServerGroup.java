package dev.sluice.lab.fleet;

import dev.sluice.simulator.engine.Accelerator;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Fit;
import dev.sluice.simulator.engine.Profile;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Servers that are equal but for the lot their silicon drew.
///
/// @param profile a published profile such as `h100-8b`, or null where `fit` says it all
/// @param count how many
/// @param accelerator `h100`, `h200`, `a100`, `l40s` or `l4`, where no profile says it
/// @param gpus of each server, where no profile says it
/// @param fit kernel times, where no profile says them
/// @param kvTokens tokens in the KV cache of each; 0 for the profile's
/// @param adapterSlots LoRA adapters on a GPU at once; 0 for the engine's default
/// @param joinsAtSeconds when they become ready
/// @param setup how they are run; the usual way where it is not said
public record ServerGroup(
        @Nullable String profile,
        int count,
        @Nullable String accelerator,
        int gpus,
        @Nullable Fit fit,
        int kvTokens,
        int adapterSlots,
        double joinsAtSeconds,
        Setup setup) {
    private static final Map<String, Accelerator> ACCELERATORS = Map.of(
            "h100",
            Accelerator.H100,
            "h200",
            Accelerator.H200,
            "a100",
            Accelerator.A100,
            "l40s",
            Accelerator.L40S,
            "l4",
            Accelerator.L4);

    /// The accelerator that a picker that is told nothing takes a server for.
    private static final Accelerator UNKNOWN = new Accelerator("", 0, 0, 0, 0);

    public ServerGroup {
        setup = setup == null ? Setup.USUAL : setup;
        if (count < 1) {
            throw new IllegalArgumentException("a group needs a count of at least 1: " + count);
        }
        if ((profile == null) == (fit == null || (accelerator == null && !setup.unlabelled()) || kvTokens == 0)) {
            throw new IllegalArgumentException(
                    "a group needs a profile, or fit, kvTokens, and an accelerator unless it is unlabelled");
        }
    }

    public ServerGroup withCount(int value) {
        return new ServerGroup(profile, value, accelerator, gpus, fit, kvTokens, adapterSlots, joinsAtSeconds, setup);
    }

    /// The engine of each server.
    public EngineConfig engine() {
        Profile kernels = kernels();
        EngineConfig engine = EngineConfig.of(kernels);
        if (setup.unlabelled()) {
            engine = engine.withProfile(
                    new Profile(kernels.name(), UNKNOWN, kernels.gpus(), kernels.fit(), kernels.kvBlocks()));
        }
        if (setup.maxSequences() > 0) {
            engine = engine.withMaxNumSeqs(setup.maxSequences());
        }
        if (kvTokens > 0) {
            engine = engine.withKvBlocks(kvTokens / EngineConfig.BLOCK_TOKENS);
        }
        return adapterSlots > 0 ? engine.withLora(engine.lora().withSlots(adapterSlots)) : engine;
    }

    /// A server of the group, with what its silicon drew.
    public Server server(int number, Silicon silicon, long seed, Agenda agenda, Server.Listener listener) {
        return switch (setup.engine()) {
            case CHUNKED_PREFILL -> new SteppedServer(number, engine(), silicon, seed, agenda, listener);
            case PARALLEL_PREFILL -> new ParallelServer(number, engine(), silicon, seed, agenda, listener);
        };
    }

    private Profile kernels() {
        if (fit == null) {
            return Profile.named(String.valueOf(profile));
        }
        int blocks = kvTokens / EngineConfig.BLOCK_TOKENS;
        if (accelerator == null) {
            return new Profile("custom", UNKNOWN, Math.max(1, gpus), fit, blocks);
        }
        Accelerator known = ACCELERATORS.get(accelerator.toLowerCase(Locale.ROOT));
        if (known == null) {
            throw new IllegalArgumentException(
                    "no accelerator is named '" + accelerator + "'; known: " + ACCELERATORS.keySet());
        }
        return new Profile("custom", known, Math.max(1, gpus), fit, blocks);
    }
}
