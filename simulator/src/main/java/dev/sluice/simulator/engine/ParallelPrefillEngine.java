package dev.sluice.simulator.engine;

import static dev.sluice.simulator.engine.EngineConfig.BLOCK_TOKENS;

import dev.sluice.simulator.engine.EngineStats.CacheBlocks;
import dev.sluice.simulator.engine.EngineStats.PrefixCacheStats;
import dev.sluice.simulator.engine.Sequence.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.DoubleSupplier;

/// An engine whose requests are computed beside one another, as llm-d-inference-sim models one: a request that runs
/// has its prefill and then its tokens at times of its own, and each of these takes the longer the more requests run
/// when it begins.
///
/// A prefill takes `p0 + p1·n` of the profile's fit for `n` uncached tokens, a token `d0`, and both up to four times
/// as long with all `maxNumSeqs` running. Requests beyond those, or without free blocks for prompt and answer, wait
/// in the order of their arrival.
///
/// The caller owns the clock: it calls [#advance] when [#nextAt] has come.
public final class ParallelPrefillEngine {
    /// The factor by which everything takes longer when all slots are taken.
    private static final double FULL_FACTOR = 4;

    private static final double NANOS_PER_MILLI = 1e6;

    private final EngineConfig config;
    private final KvCache cache;
    private final DoubleSupplier slowness;
    private final ArrayDeque<Sequence> waiting = new ArrayDeque<>();
    private final PriorityQueue<Token> due =
            new PriorityQueue<>(Comparator.comparingLong(Token::at).thenComparingLong(Token::order));
    private long tokens;
    private long prefixQueries;
    private long prefixHits;
    private long generatedTokens;

    /// The next token of a running sequence; each has exactly one.
    private record Token(long at, long order, Sequence sequence) {}

    /// @param slowness drawn for each prefill and each token: its time in multiples of the profile's
    public ParallelPrefillEngine(EngineConfig config, DoubleSupplier slowness) {
        this.config = config;
        this.cache = new KvCache(config.kvBlocks(), CacheListener.NONE);
        this.slowness = slowness;
    }

    /// Adds a new sequence to the end of the queue, or begins it.
    public void submit(Sequence sequence, long now) {
        if (sequence.state != State.NEW || sequence.adapter() != null) {
            throw new IllegalArgumentException(
                    "state " + sequence.state + ", adapter " + sequence.adapter() + ": must be new and have none");
        }
        if ((long) sequence.promptTokens() + sequence.outputTokens()
                > config.scheduler().maxModelLen()) {
            throw new IllegalArgumentException(
                    "prompt " + sequence.promptTokens() + " + output " + sequence.outputTokens() + " tokens exceed "
                            + config.scheduler().maxModelLen());
        }
        sequence.state = State.WAITING;
        sequence.arrivedAt = now;
        waiting.add(sequence);
        start(now);
    }

    /// The time when the next token is ready, or `Long.MAX_VALUE` when nothing runs.
    public long nextAt() {
        Token next = due.peek();
        return next == null ? Long.MAX_VALUE : next.at();
    }

    /// Generates all tokens that are ready by now, and begins what waits for those that ended.
    ///
    /// @return the sequences that generated a token
    public List<Sequence> advance(long now) {
        List<Sequence> progressed = new ArrayList<>();
        while (nextAt() <= now) {
            Sequence sequence = due.remove().sequence();
            generate(sequence, now);
            progressed.add(sequence);
        }
        start(now);
        return progressed;
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
                due.size(),
                waiting.size(),
                new CacheBlocks(cache.free(), cache.blocks()),
                new PrefixCacheStats(prefixQueries, prefixHits),
                0,
                generatedTokens);
    }

    private void start(long now) {
        while (!waiting.isEmpty() && due.size() < config.scheduler().maxNumSeqs()) {
            Sequence sequence = waiting.element();
            int cached = cachedTokens(sequence.chain, sequence.promptTokens());
            int blocks = Math.ceilDiv(sequence.promptTokens() + sequence.outputTokens(), BLOCK_TOKENS);
            if (!cache.admit(sequence.blocks, sequence.chain, cached / BLOCK_TOKENS, blocks)) {
                return;
            }
            waiting.remove();
            cache.register(sequence.blocks, sequence.chain, sequence.promptTokens() / BLOCK_TOKENS);
            sequence.state = State.RUNNING;
            sequence.scheduledAt = now;
            sequence.cachedTokens = cached;
            prefixQueries += sequence.promptTokens();
            prefixHits += cached;
            expect(sequence, config.profile().fit().prefillMillis(sequence.promptTokens(), cached), now);
        }
    }

    private void expect(Sequence sequence, double millis, long now) {
        int others = due.size();
        double crowding =
                1 + (FULL_FACTOR - 1) * others / Math.max(1, config.scheduler().maxNumSeqs() - 1);
        long nanos = Math.round(millis * crowding * slowness.getAsDouble() * NANOS_PER_MILLI);
        due.add(new Token(now + nanos, tokens++, sequence));
    }

    private void generate(Sequence sequence, long now) {
        sequence.computed = sequence.tokens();
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
            cache.release(sequence.blocks);
        } else {
            expect(sequence, config.profile().fit().d0(), now);
        }
    }
}
