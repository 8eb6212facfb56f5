package dev.sluice.bench;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.settings.PoolSettings;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// A pool of busy endpoints: each has a queue, a batch and a KV cache in use.
final class Fleet {
    private static final PoolId POOL = new PoolId("default", "pool");
    private static final Hardware HARDWARE = new Hardware("NVIDIA-H100-80GB-HBM3", 1, "llama-8b");

    private Fleet() {}

    static PoolSnapshot of(int endpoints) {
        List<EndpointSpec> specs = IntStream.range(0, endpoints)
                .mapToObj(i -> new EndpointId("pod-" + i, "10.0." + i / 250 + "." + i % 250, 8000))
                .map(id -> new EndpointSpec(id, HARDWARE, Engine.VLLM))
                .toList();
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(new Pools.PoolSpec(POOL, PoolSettings.DEFAULT, specs)));
        PoolSnapshot pool = Objects.requireNonNull(pools.find(POOL));
        SplittableRandom random = new SplittableRandom(1);
        for (Endpoint endpoint : pool.endpoints()) {
            endpoint.report(new Signals(
                    random.nextInt(3),
                    random.nextInt(60),
                    new KvCache(random.nextDouble(), 430_000),
                    Adapters.NONE,
                    0,
                    0));
        }
        return pool;
    }

    /// Has random endpoints hold prompts that nobody will ask for, until the index has so many pairs.
    static void fill(PrefixIndex index, PoolSnapshot pool, int pairs) {
        SplittableRandom random = new SplittableRandom(2);
        int blocks = 100;
        for (int filled = 0; filled < pairs; filled += blocks) {
            long[] chain = random.longs(blocks).toArray();
            PromptPrefix prompt = new PromptPrefix(chain, (long) blocks * PromptPrefix.BLOCK_BYTES, chain[0]);
            index.insert(prompt, 1, pool.endpoint(random.nextInt(pool.size())), 0);
        }
    }
}
