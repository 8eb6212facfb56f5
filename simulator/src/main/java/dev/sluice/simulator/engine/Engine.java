package dev.sluice.simulator.engine;

import static dev.sluice.simulator.engine.EngineConfig.BLOCK_TOKENS;

import dev.sluice.simulator.engine.EngineStats.CacheBlocks;
import dev.sluice.simulator.engine.EngineStats.PrefixCacheStats;
import dev.sluice.simulator.engine.Sequence.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An inference engine with continuous batching, as a step model.
///
/// Each step computes at most `maxNumBatchedTokens` tokens: first one more token, or the next piece of the
/// prompt, of every running sequence; then, while budget, blocks and adapters allow, the first pieces of waiting
/// ones in the order of arrival. When a running sequence finds no free block, the one that began last loses all
/// its blocks and begins again later (preemption by recompute); in such a step nothing new begins. This is the
/// scheduler of vLLM V1 without priorities and speculation.
///
/// The caller owns the clock: it asks with [#begin] what comes next, waits as long as the step takes, and ends the
/// step with [#finish]. Nothing here reads a clock, draws a random number or knows a thread.
public final class Engine {
    private static final double NANOS_PER_MILLI = 1e6;

    private final EngineConfig config;
    private final KvCache cache;
    private final LoraSlots lora;
    private final ArrayDeque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private final List<Sequence> batch = new ArrayList<>();
    private final List<Sequence> progressed = new ArrayList<>();
    private boolean stepping;
    private long prefixQueries;
    private long prefixHits;
    private long preemptions;
    private long generatedTokens;

    public Engine(EngineConfig config) {
        this(config, CacheListener.NONE);
    }

    public Engine(EngineConfig config, CacheListener listener) {
        this.config = config;
        this.cache = new KvCache(config.kvBlocks(), listener);
        this.lora = new LoraSlots(config.lora());
    }

    /// Adds a new sequence to the end of the queue.
    public void submit(Sequence sequence, long now) {
        if (sequence.state != State.NEW) {
            throw new IllegalArgumentException("submitted before: state " + sequence.state);
        }
        if ((long) sequence.promptTokens() + sequence.outputTokens()
                > config.scheduler().maxModelLen()) {
            throw new IllegalArgumentException(
                    "prompt " + sequence.promptTokens() + " + output " + sequence.outputTokens() + " tokens exceed "
                            + config.scheduler().maxModelLen());
        }
        if (sequence.adapter() != null && config.lora().slots() == 0) {
            throw new IllegalArgumentException("no slot for adapter '" + sequence.adapter() + "'");
        }
        sequence.state = State.WAITING;
        sequence.arrivedAt = now;
        waiting.add(sequence);
    }

    /// Drops a sequence, even in the middle of a step, and frees its blocks at once.
    ///
    /// @return false when it has ended before
    public boolean abort(Sequence sequence, long now) {
        switch (sequence.state) {
            case WAITING -> waiting.remove(sequence);
            case RUNNING -> {
                running.remove(sequence);
                release(sequence, now);
            }
            case NEW, FINISHED, ABORTED -> {
                return false;
            }
        }
        sequence.state = State.ABORTED;
        return true;
    }

    /// Chooses what to compute next.
    public EngineAction begin(long now) {
        if (stepping) {
            throw new IllegalStateException("the last step has not been finished");
        }
        batch.clear();
        long preemptedBefore = preemptions;
        int budget = scheduleRunning(config.scheduler().maxNumBatchedTokens(), now);
        if (preemptions == preemptedBefore) {
            scheduleWaiting(budget, now);
        }
        if (!batch.isEmpty()) {
            stepping = true;
            return step();
        }
        long ready = lora.nextReady(now);
        return waiting.isEmpty() || ready == Long.MAX_VALUE ? new EngineAction.Idle() : new EngineAction.Loading(ready);
    }

    /// Ends the step in progress.
    ///
    /// @return the sequences that generated a token or ended, in a list that is valid until the next call
    public List<Sequence> finish(long now) {
        if (!stepping) {
            throw new IllegalStateException("no step is in progress");
        }
        stepping = false;
        progressed.clear();
        for (Sequence sequence : batch) {
            if (sequence.state == State.RUNNING) {
                advance(sequence, now);
            }
        }
        running.removeIf(sequence -> sequence.state == State.FINISHED);
        return Collections.unmodifiableList(progressed);
    }

    /// Forgets all cached prefixes.
    public void resetPrefixCache() {
        cache.reset();
    }

    /// Makes the engine as cold as after its start: no cached prefix, and no adapter on the GPU that is not in use.
    public void reset() {
        cache.reset();
        lora.reset();
    }

    /// Brings an adapter into host memory.
    public void preload(String adapter) {
        lora.preload(adapter);
    }

    /// Drops an adapter.
    public void unload(String adapter) {
        lora.unload(adapter);
    }

    public EngineConfig config() {
        return config;
    }

    /// Tokens at the beginning of a prompt that it would not compute if it began now.
    public int cachedTokens(BlockHashes chain, int promptTokens) {
        return cache.match(chain, (promptTokens - 1) / BLOCK_TOKENS) * BLOCK_TOKENS;
    }

    /// Tokens that it could take up before a cached prefix must go.
    public int emptyTokens() {
        return cache.empty() * BLOCK_TOKENS;
    }

    public EngineStats stats() {
        return new EngineStats(
                running.size(),
                waiting.size(),
                new CacheBlocks(cache.free(), cache.blocks()),
                new PrefixCacheStats(prefixQueries, prefixHits),
                preemptions,
                generatedTokens);
    }

    /// Adapters of running sequences, in alphabetical order.
    public SequencedSet<String> runningAdapters() {
        return adaptersOf(running);
    }

    /// Adapters of waiting sequences, in alphabetical order.
    public SequencedSet<String> waitingAdapters() {
        return adaptersOf(waiting);
    }

    private int scheduleRunning(int budget, long now) {
        int left = budget;
        for (int i = 0; i < running.size() && left > 0; i++) {
            Sequence sequence = running.get(i);
            int tokens = Math.min(sequence.tokens() - sequence.computed, left);
            int blocks = blocksFor(sequence.computed + tokens);
            boolean fits = cache.grow(sequence.blocks, blocks);
            while (!fits && running.size() > i) {
                preempt(running.removeLast(), now);
                fits = running.size() > i && cache.grow(sequence.blocks, blocks);
            }
            if (fits) {
                left -= schedule(sequence, tokens);
            }
        }
        return left;
    }

    private void scheduleWaiting(int budget, long now) {
        int left = budget;
        Iterator<Sequence> queue = waiting.iterator();
        while (queue.hasNext()
                && left > 0
                && running.size() < config.scheduler().maxNumSeqs()) {
            Sequence sequence = queue.next();
            if (sequence.adapter() != null && !lora.ready(sequence.adapter(), now)) {
                continue;
            }
            // At least one token is computed, for there must be something to sample from.
            int matched = cache.match(sequence.chain, (sequence.tokens() - 1) / BLOCK_TOKENS);
            int cached = matched * BLOCK_TOKENS;
            int tokens = Math.min(sequence.tokens() - cached, left);
            if (!cache.admit(sequence.blocks, sequence.chain, matched, blocksFor(cached + tokens))) {
                break;
            }
            queue.remove();
            start(sequence, cached, now);
            left -= schedule(sequence, tokens);
        }
    }

    private void start(Sequence sequence, int cached, long now) {
        sequence.state = State.RUNNING;
        sequence.computed = cached;
        running.add(sequence);
        if (sequence.adapter() != null) {
            lora.acquire(sequence.adapter(), now);
        }
        if (!sequence.wasScheduled()) {
            sequence.scheduledAt = now;
            sequence.cachedTokens = cached;
            prefixQueries += sequence.promptTokens();
            prefixHits += cached;
        }
    }

    private int schedule(Sequence sequence, int tokens) {
        sequence.scheduled = tokens;
        // Known before they are computed, as in vLLM: a prompt that begins in the same step shares them.
        cache.register(sequence.blocks, sequence.chain, (sequence.computed + tokens) / BLOCK_TOKENS);
        batch.add(sequence);
        return tokens;
    }

    private void preempt(Sequence sequence, long now) {
        release(sequence, now);
        sequence.state = State.WAITING;
        sequence.computed = 0;
        sequence.preemptions++;
        preemptions++;
        waiting.addFirst(sequence);
    }

    private EngineAction.Step step() {
        Fit fit = config.profile().fit();
        double prefillMillis = 0;
        int decodes = 0;
        long context = 0;
        int tokens = 0;
        boolean adapters = false;
        for (Sequence sequence : batch) {
            tokens += sequence.scheduled;
            if (sequence.decoding()) {
                decodes++;
                context += sequence.tokens();
                adapters |= sequence.adapter() != null;
            } else {
                prefillMillis += fit.chunkMillis(sequence.computed, sequence.computed + sequence.scheduled);
            }
        }
        // The constant is the time to read the weights, once per step, whatever the step computes.
        double constant = decodes == 0
                ? fit.p0()
                : fit.decodeMillis(decodes, context) * (adapters ? config.lora().decodeFactor() : 1);
        long kernelNanos = Math.round((constant + prefillMillis) * NANOS_PER_MILLI);
        return new EngineAction.Step(config.hostOverhead().toNanos(), kernelNanos, tokens);
    }

    private void advance(Sequence sequence, long now) {
        sequence.computed += sequence.scheduled;
        if (sequence.computed < sequence.tokens()) {
            return;
        }
        if (sequence.outputTokens() > 0) {
            sequence.generated++;
            generatedTokens++;
            sequence.previousTokenAt = sequence.lastTokenAt;
            sequence.lastTokenAt = now;
        }
        if (sequence.generated <= 1) {
            sequence.firstTokenAt = now;
        }
        if (sequence.generated == sequence.outputTokens()) {
            sequence.state = State.FINISHED;
            release(sequence, now);
        }
        progressed.add(sequence);
    }

    private void release(Sequence sequence, long now) {
        cache.release(sequence.blocks);
        if (sequence.adapter() != null) {
            lora.release(sequence.adapter(), now);
        }
    }

    private static int blocksFor(int tokens) {
        return Math.ceilDiv(tokens, BLOCK_TOKENS);
    }

    private static SequencedSet<String> adaptersOf(Iterable<Sequence> sequences) {
        SequencedSet<String> adapters = new TreeSet<>();
        for (Sequence sequence : sequences) {
            @Nullable String adapter = sequence.adapter();
            if (adapter != null) {
                adapters.add(adapter);
            }
        }
        return adapters;
    }
}
