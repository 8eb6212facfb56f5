package dev.sluice.simulator.serving;

/// Something wrong with a server, on request.
public sealed interface Fault {

    /// All faults end, except that a dead server stays dead.
    record None() implements Fault {}

    /// Every step takes `factor` times as long.
    record Slow(double factor) implements Fault {
        public Slow {
            if (!(factor >= 1)) {
                throw new IllegalArgumentException("factor " + factor + " < 1");
            }
        }
    }

    /// The GPU runs at `factor` of its clock.
    record Throttle(double factor) implements Fault {
        public Throttle {
            if (!(factor > 0 && factor <= 1)) {
                throw new IllegalArgumentException("factor " + factor + " is not in (0, 1]");
            }
        }
    }

    /// No step ends any more; the server still accepts requests and answers `/health` and `/metrics`.
    record Hang() implements Fault {}

    /// The next `count` requests get this status; a negative count means all.
    record Fail(int status, int count) implements Fault {
        public Fail {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status " + status + " is no error");
            }
        }
    }

    /// The connection of each of the next `count` responses is cut after `afterTokens` tokens; a negative count
    /// means all.
    record Drop(int afterTokens, int count) implements Fault {}

    /// The driver has reported this XID; 0 clears it. The engine itself goes on.
    record Xid(int code) implements Fault {}

    /// The next `count` batches of KV events are not published; they can still be had as a replay.
    record LoseEvents(int count) implements Fault {}

    /// The adapter is known but cannot be used: its requests fail, and its health service says so.
    record Adapter(String name) implements Fault {
        public Adapter {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("an adapter has a name");
            }
        }
    }

    /// The server is killed: it stops listening and all its connections end.
    record Die() implements Fault {}
}
