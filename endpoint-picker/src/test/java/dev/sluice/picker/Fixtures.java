package dev.sluice.picker;

import dev.sluice.picker.decision.Candidate;
import dev.sluice.picker.decision.ComparedPrices;
import dev.sluice.picker.decision.DecidedPool;
import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.settings.AdapterChecks;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.PolicySettings;
import dev.sluice.picker.settings.PollSettings;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.settings.SignalSettings;
import dev.sluice.picker.settings.SignalSources;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// The pools, prompts and requests that tests of several rooms use.
public final class Fixtures {
    public static final PoolId POOL = new PoolId("ml", "llama");
    public static final ModelName MODEL = new ModelName("llama-3.1-8b");
    public static final Hardware H100 = new Hardware("NVIDIA-H100-80GB-HBM3", 1, "Llama-3.1-8B");
    public static final Hardware L40S = new Hardware("NVIDIA-L40S", 1, "Llama-3.1-8B");

    private Fixtures() {}

    /// Endpoint `number` is pod `pod-<number>` at `10.0.0.<number>:8000`.
    public static EndpointSpec spec(int number, Hardware hardware) {
        return new EndpointSpec(new EndpointId("pod-" + number, "10.0.0." + number, 8000), hardware, Engine.VLLM);
    }

    public static PoolSpec poolSpec(PolicyKind policy, Hardware... hardware) {
        PoolSettings settings = PoolSettings.DEFAULT.withPolicy(PolicySettings.of(policy));
        return new PoolSpec(
                POOL,
                settings,
                IntStream.range(0, hardware.length)
                        .mapToObj(i -> spec(i, hardware[i]))
                        .toList());
    }

    public static Pools pools(PolicyKind policy, Hardware... hardware) {
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(poolSpec(policy, hardware)));
        return pools;
    }

    public static PoolSnapshot pool(PolicyKind policy, Hardware... hardware) {
        return pools(policy, hardware).all().get(POOL);
    }

    /// As one of so many replicas sees it.
    public static PoolSnapshot pool(PolicyKind policy, int replicas, Hardware... hardware) {
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(poolSpec(policy, hardware).withReplicas(replicas)));
        return pools.all().get(POOL);
    }

    public static Hardware[] many(int count, Hardware hardware) {
        return Collections.nCopies(count, hardware).toArray(Hardware[]::new);
    }

    /// A prompt of full blocks; prompts of one seed share their leading blocks.
    public static PromptPrefix prompt(long seed, int blocks) {
        long[] chain = new SplittableRandom(seed).longs(blocks).toArray();
        return new PromptPrefix(
                chain,
                (long) blocks * PromptPrefix.BLOCK_BYTES,
                blocks == 0 ? seed : Arrays.stream(chain, 0, 1).sum());
    }

    public static Work.Prompted work(PromptPrefix prompt) {
        return new Work.Prompted(MODEL, prompt, null, 0, false);
    }

    public static InferenceRequest request(String id, Work work) {
        return new InferenceRequest(id, POOL, work, EndpointSubset.ANY, 0);
    }

    public static Signals signals(int waiting, int running, double kvUsage) {
        return new Signals(waiting, running, new KvCache(kvUsage, 430_000), Adapters.NONE, 0, 0);
    }

    /// A decision of [#POOL] that considered no other endpoints than these.
    public static Decision decision(
            String requestId, long epochMillis, String model, PolicyKind policy, List<Candidate> candidates) {
        return new Decision(
                requestId,
                epochMillis,
                new DecidedPool(POOL, model, null, null),
                new ComparedPrices(policy, candidates, 0, 0, 0, 0),
                0);
    }

    /// Settings of a pool whose engines are polled so often.
    public static PoolSettings polled(Duration interval, Duration staleness, boolean adaptive) {
        return PoolSettings.DEFAULT.withSignals(new SignalSettings(
                new PollSettings(interval, staleness, adaptive), SignalSources.DEFAULT, AdapterChecks.NONE));
    }

    public static SignalSettings sources(SignalSources sources) {
        return new SignalSettings(PollSettings.DEFAULT, sources, AdapterChecks.NONE);
    }

    public static SignalSettings adapterChecks(AdapterChecks checks) {
        return new SignalSettings(PollSettings.DEFAULT, SignalSources.DEFAULT, checks);
    }

    /// The usual settings with such limits and times of the queue.
    public static AdmissionSettings admission(
            double headroom, Duration patience, AdmissionSettings.QueueLimits limits) {
        return new AdmissionSettings(
                true,
                AdmissionSettings.DEFAULT.queueing(),
                headroom,
                new AdmissionSettings.Patience(patience, patience),
                limits);
    }
}
