package dev.sluice.picker.signals.kvevents;

import java.util.Arrays;

/// The numbers of one engine's batches of events: what is next, what is missing, and whether it is still the same
/// engine.
///
/// An engine counts its batches from 0. It sends past ones again as a replay, which begins with the batch asked for
/// and ends with the newest; so a replay from the last batch that was applied tells whether the engine is still the
/// one that sent it.
///
/// ```
/// connected ─► replay of the last batch, or from 0 ─► live ─► a batch is missing ─► replay from it ─► live
/// ```
/// Where a replay fails, what was known is forgotten, and counting begins anew with the next batch.
final class KvSequence {
    /// No batch, and no replay to ask for.
    static final long NONE = -1;

    private final KvCacheMirror mirror;
    private long last = NONE;
    private int lastHash;
    private Replay replay = Replay.NO;
    private boolean missed;

    private long heldNumber = NONE;
    private byte[] held = {};

    /// What a replay is for.
    private enum Replay {
        NO,
        /// To know the past of an engine that was not followed before.
        PAST,
        /// To know whether it is the engine that was followed before; over with its first batch.
        RECOGNIZE,
        GAP
    }

    KvSequence(KvCacheMirror mirror) {
        this.mirror = mirror;
    }

    /// The connection stands.
    ///
    /// @return the number to replay from, or [#NONE]
    long connected(boolean canReplay) {
        if (!canReplay) {
            mirror.forget();
            last = NONE;
            mirror.believe();
            return NONE;
        }
        replay = last == NONE ? Replay.PAST : Replay.RECOGNIZE;
        missed = false;
        return Math.max(0, last);
    }

    /// The connection is gone; until it stands again nobody knows what the engine holds.
    void disconnected() {
        replay = Replay.NO;
        heldNumber = NONE;
        mirror.doubt();
    }

    /// A batch arrived as it was made.
    ///
    /// @return the number to replay from before it can be applied, or [#NONE]
    long live(long number, byte[] payload, boolean canReplay) {
        if (number > last + 1 && canReplay) {
            replay = Replay.GAP;
            missed = false;
            heldNumber = number;
            held = payload;
            return last + 1;
        }
        next(number, payload, true);
        if (missed) {
            mirror.meters().gap(mirror.endpoint().pool(), false);
            missed = false;
        }
        mirror.believe();
        return NONE;
    }

    /// A past batch arrived again.
    ///
    /// @return the number to replay from instead, or [#NONE]
    long replayed(long number, byte[] payload) {
        if (replay == Replay.RECOGNIZE) {
            if (number != last || Arrays.hashCode(payload) != lastHash) {
                return beginWithAnotherEngine();
            }
            replay = Replay.PAST;
            return NONE;
        }
        next(number, payload, false);
        return NONE;
    }

    /// The replay has told all there is.
    ///
    /// @return the number to replay from again, or [#NONE]
    long replayEnded() {
        if (replay == Replay.RECOGNIZE) {
            return beginWithAnotherEngine();
        }
        end(true);
        return NONE;
    }

    /// The replay did not come, or stopped in the middle.
    void replayFailed() {
        mirror.forget();
        missed = true;
        last = NONE;
        end(false);
    }

    private long beginWithAnotherEngine() {
        mirror.restarted();
        last = NONE;
        replay = Replay.PAST;
        return 0;
    }

    private void end(boolean complete) {
        mirror.meters().replay(mirror.endpoint().pool(), complete);
        if (heldNumber != NONE) {
            next(heldNumber, held, true);
            heldNumber = NONE;
        }
        if (replay == Replay.GAP) {
            mirror.meters().gap(mirror.endpoint().pool(), !missed);
        }
        missed = false;
        replay = Replay.NO;
        mirror.believe();
    }

    private void next(long number, byte[] payload, boolean live) {
        if (number <= last) {
            return;
        }
        if (number == 0) {
            mirror.begin();
        } else if (number > last + 1) {
            missed |= last != NONE;
            mirror.forget();
        }
        if (!mirror.apply(payload, live)) {
            mirror.forget();
        }
        last = number;
        lastHash = Arrays.hashCode(payload);
    }
}
