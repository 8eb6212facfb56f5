package dev.sluice.picker.pool;

import dev.sluice.picker.pool.signal.Signals;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/// The columns hold what prices read of the endpoints of one snapshot: an array for each number, by the
/// endpoint's position.
///
/// A decision that asks 1,000 objects for 20 numbers waits for memory most of its time. Here only endpoints that have
/// changed are read again: a few between two decisions. `EndpointLoad` in the package `pricing` says what each number
/// is for.
///
/// One thread at a time reads endpoints, and [#refresh] tells any other so instead of having it wait. A thread that
/// prices meanwhile may find some numbers of a changing endpoint before and some after the change, as it may where it
/// reads the endpoint itself. Each number is written at once and is one that could stand there alone, and no
/// divisor is ever 0.
public final class LoadColumns {
    /// More tokens than any KV cache holds, for engines that do not say.
    private static final double ENDLESS = 1e300;
    /// Earlier than any time of the ticker, and far enough from the least long to subtract a time from it.
    private static final long LONG_AGO = Long.MIN_VALUE / 2;
    private static final double MILLIS_PER_NANO = 1e-6;

    /// The columns of doubles.
    public enum Column {
        /// Requests there now, waiting ones included.
        REQUESTS,
        /// 1 where there are requests, 0 where there are none.
        BUSY,
        /// Requests there while a request that begins now decodes.
        LATER_REQUESTS,
        /// Tokens that the requests attend to.
        CONTEXT,
        /// Tokens that the batch attends to later.
        LATER_CONTEXT,
        /// Tokens in the KV cache, and the same as a divisor: 1 where there are none.
        USED,
        USED_DIVISOR,
        /// Tokens that the KV cache holds, more than any where the engine did not say or uses none.
        CAPACITY,
        /// Requests without a first token, and the request to price.
        STARTING,
        /// Prefill work per request in milliseconds; 0 and a 1 in the next column where there was none.
        MEAN_MILLIS,
        NO_MEAN,
        /// The mean time in a batch slot in milliseconds; 0 and a 1 in the next column where none was observed.
        RESIDENCE_MILLIS,
        NO_RESIDENCE,
        /// Requests of other clients or pickers that wait.
        WAITING_FROM_OTHERS,
        /// Requests in the engine's queue, as the engine said.
        REPORTED_WAITING,
        /// The share of the backlog that requests have waited for of late.
        QUEUE_SHARE,
        /// New and held tokens of the prompts placed lately, at the moment of the last.
        NEW_TOKENS,
        HELD_TOKENS,
        /// The factor by which everything takes longer.
        SLOWNESS
    }

    private final Endpoint[] endpoints;
    private final int replicas;
    private final ChangeMarks marks;
    private final IntConsumer reader = this::read;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile boolean followed;
    // The fields below are written by the thread that has `taken`, and read by threads that had it later.
    private final Map<Column, double[]> columns = new EnumMap<>(Column.class);
    private long[] backlogEnds = new long[0];
    private long[] promptsAt = new long[0];
    private int[] slots = new int[0];
    private int[] mostRunning = new int[0];
    private int[] running = new int[0];
    private boolean[] targeted = new boolean[0];

    LoadColumns(Endpoint[] endpoints, int replicas) {
        this.endpoints = endpoints;
        this.replicas = replicas;
        this.marks = new ChangeMarks(endpoints.length);
    }

    ChangeMarks marks() {
        return marks;
    }

    /// @param follows whether each change of an endpoint is marked here from now on
    void follow(boolean follows) {
        followed = follows;
    }

    /// Reads the endpoints that have changed.
    ///
    /// @return false where another thread is reading, or where changes are not marked here: the columns are of no
    ///     use then
    public boolean refresh() {
        if (!followed || taken.getAndSet(true)) {
            return false;
        }
        try {
            if (columns.isEmpty()) {
                begin();
            } else {
                marks.take(reader);
            }
        } finally {
            taken.set(false);
        }
        return true;
    }

    private void begin() {
        int size = endpoints.length;
        backlogEnds = new long[size];
        promptsAt = new long[size];
        slots = new int[size];
        mostRunning = new int[size];
        running = new int[size];
        targeted = new boolean[size];
        for (Column column : Column.values()) {
            columns.put(column, new double[size]);
        }
        for (int position = 0; position < size; position++) {
            read(position);
        }
    }

    private void read(int position) {
        Endpoint endpoint = endpoints[position];
        InFlight own = endpoint.inFlight();
        Signals signals = endpoint.signals();
        int prefilling = endpoint.integrals().prefilling();
        set(Column.MEAN_MILLIS, Column.NO_MEAN, position, own.meanPrefillNanos() * MILLIS_PER_NANO);
        double residence = endpoint.residence().meanNanos() * MILLIS_PER_NANO;
        set(Column.RESIDENCE_MILLIS, Column.NO_RESIDENCE, position, residence);
        set(Column.QUEUE_SHARE, position, own.queueShare());
        set(Column.SLOWNESS, position, endpoint.slowness());
        backlogEnds[position] = own.prefillEndNanos(LONG_AGO);
        slots[position] = endpoint.slots().slots();
        mostRunning[position] = endpoint.slots().mostRunning();
        targeted[position] = !endpoint.tpotTargets().isEmpty();
        promptsAt[position] = endpoint.recentPrompts().atNanos();
        set(Column.NEW_TOKENS, position, endpoint.recentPrompts().newTokens());
        set(Column.HELD_TOKENS, position, endpoint.recentPrompts().heldTokens());
        if (signals == null) {
            running[position] = 0;
            double all = own.requests() * replicas;
            set(Column.STARTING, position, prefilling + 1);
            set(Column.WAITING_FROM_OTHERS, position, 0);
            set(Column.REPORTED_WAITING, position, 0);
            writeBatch(position, all, all, own.contextTokens());
            writeMemory(position, 0, 0);
        } else {
            running[position] = signals.running();
            double used = signals.kvCache().usedTokens();
            int all = own.requests() + signals.requestsFromOthers();
            set(Column.STARTING, position, Math.max(prefilling, signals.waiting()) + 1);
            double unseen = (replicas - 1.0) * prefilling / 2;
            set(Column.WAITING_FROM_OTHERS, position, signals.waitingFromOthers() + unseen);
            set(Column.REPORTED_WAITING, position, signals.waiting());
            double later = (all + endpoint.usualRequests()) / 2;
            writeBatch(position, all, later, Math.max(own.contextTokens(), used));
            writeMemory(position, used, signals.kvCache().capacityTokens());
        }
    }

    private void writeBatch(int position, double requests, double later, double context) {
        set(Column.REQUESTS, position, requests);
        set(Column.BUSY, position, requests > 0 ? 1 : 0);
        set(Column.LATER_REQUESTS, position, later);
        set(Column.CONTEXT, position, context);
        set(Column.LATER_CONTEXT, position, requests > 0 ? context * later / requests : 0);
    }

    private void writeMemory(int position, double used, double capacity) {
        boolean full = capacity > 0 && used > 0;
        set(Column.USED, position, used);
        set(Column.USED_DIVISOR, position, full ? used : 1);
        set(Column.CAPACITY, position, full ? capacity : ENDLESS);
    }

    private void set(Column column, int position, double value) {
        of(column)[position] = value;
    }

    private void set(Column column, Column none, int position, double value) {
        set(column, position, value > 0 ? value : 0);
        set(none, position, value > 0 ? 0 : 1);
    }

    public double[] of(Column column) {
        return Objects.requireNonNull(columns.get(column));
    }

    /// The times when the prefills placed so far are predicted to be done, by the ticker.
    public long[] backlogEnds() {
        return backlogEnds;
    }

    /// The times when the last prompts were placed, by the ticker.
    public long[] promptsAt() {
        return promptsAt;
    }

    /// Batch slots, [BatchSlots#UNKNOWN] where they were not learned.
    public int[] slots() {
        return slots;
    }

    /// The most requests that were seen to run at once.
    public int[] mostRunning() {
        return mostRunning;
    }

    /// Requests that run as the engine said, 0 where it did not.
    public int[] running() {
        return running;
    }

    /// Requests with an objective per output token run there.
    public boolean[] targeted() {
        return targeted;
    }
}
