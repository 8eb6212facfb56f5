package dev.sluice.picker.signals.kvevents;

import java.util.Arrays;

/// The sequence of an engine's batches of events: finds gaps, asks for replays, and notices a restart.
///
/// An engine numbers its batches from 0. On request it replays past batches, from a number to the newest. A
/// replay from the last applied batch therefore shows whether the engine is the same: after a restart its first
/// batch differs.
///
/// ```
/// connected ─► replay of the last batch, or from 0 ─► live ─► a batch is missing ─► replay from it ─► live
/// ```
/// After a failed replay the engine's blocks are unknown, and the sequence begins anew with the next batch.
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

    /// The purpose of a replay.
    private enum Replay {
        NO,
        /// Reads the past of an engine that was not followed before.
        PAST,
        /// Checks whether the engine has restarted; decided by the first batch.
        RECOGNIZE,
        GAP
    }

    KvSequence(KvCacheMirror mirror) {
        this.mirror = mirror;
    }

    /// The connection is up.
    ///
    /// @return the number to replay from, or [#NONE]
    long connected(boolean canReplay) {
        if (!canReplay) {
            mirror.forget();
            last = NONE;
            mirror.publish();
            return NONE;
        }
        replay = last == NONE ? Replay.PAST : Replay.RECOGNIZE;
        missed = false;
        return Math.max(0, last);
    }

    /// The connection is lost; until it is up again the engine's blocks are not used.
    void disconnected() {
        replay = Replay.NO;
        heldNumber = NONE;
        mirror.withdraw();
    }

    /// A new batch has arrived.
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
        mirror.publish();
        return NONE;
    }

    /// A replayed batch has arrived.
    ///
    /// @return the number to replay from instead, or [#NONE]
    long replayed(long number, byte[] payload) {
        if (replay == Replay.RECOGNIZE) {
            if (number != last || Arrays.hashCode(payload) != lastHash) {
                return beginAfterRestart();
            }
            replay = Replay.PAST;
            return NONE;
        }
        next(number, payload, false);
        return NONE;
    }

    /// The replay is complete.
    ///
    /// @return the number to replay from again, or [#NONE]
    long replayEnded() {
        if (replay == Replay.RECOGNIZE) {
            return beginAfterRestart();
        }
        end(true);
        return NONE;
    }

    /// The replay timed out.
    void replayFailed() {
        mirror.forget();
        missed = true;
        last = NONE;
        end(false);
    }

    private long beginAfterRestart() {
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
        mirror.publish();
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
