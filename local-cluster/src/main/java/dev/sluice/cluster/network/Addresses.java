package dev.sluice.cluster.network;

import java.util.BitSet;

/// Hands out the addresses of a range one after another, so that one which was given back rests as long as possible:
/// connections to a pod that has gone must not reach its successor.
public final class Addresses {
    private final String prefix;
    private final int first;
    private final int size;
    private final BitSet taken = new BitSet();
    private int next = 1;

    Addresses(String prefix, int first, int size) {
        this.prefix = prefix;
        this.first = first;
        this.size = size;
    }

    public synchronized String take() {
        for (int tries = 0; tries < size; tries++) {
            int candidate = next;
            next = next + 1 < size ? next + 1 : 1;
            if (!taken.get(candidate)) {
                taken.set(candidate);
                return literal(candidate);
            }
        }
        throw new IllegalStateException("no address from " + literal(0) + " on is free");
    }

    /// Marks one that is in use already; others' are ignored.
    public synchronized void keep(String address) {
        int index = index(address);
        if (index >= 0) {
            taken.set(index);
        }
    }

    public synchronized void giveBack(String address) {
        int index = index(address);
        if (index >= 0) {
            taken.clear(index);
        }
    }

    private String literal(int index) {
        int host = first + index;
        return "%s%d.%d".formatted(prefix, host >> 8, host & 0xff);
    }

    private int index(String address) {
        if (!address.startsWith(prefix)) {
            return -1;
        }
        String[] host = address.substring(prefix.length()).split("\\.");
        int index = (Integer.parseInt(host[0]) << 8 | Integer.parseInt(host[1])) - first;
        return index < size ? index : -1;
    }
}
