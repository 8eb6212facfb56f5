package dev.sluice.lab.contender;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The memory of what a design has sent to each server: chains of prompt blocks, least recently used first.
final class BlockMemory {
    private final int capacity;
    private final List<Map<Long, int[]>> servers = new ArrayList<>();

    /// @param capacity blocks per server
    BlockMemory(int capacity) {
        this.capacity = capacity;
    }

    /// The number of blocks at the beginning of the chain that the server was sent before.
    int match(int server, long[] chain) {
        Map<Long, int[]> blocks = of(server);
        int count = 0;
        while (count < chain.length && blocks.containsKey(chain[count])) {
            count++;
        }
        return count;
    }

    void insert(int server, long[] chain) {
        Map<Long, int[]> blocks = of(server);
        for (long block : chain) {
            blocks.computeIfAbsent(block, _ -> new int[1])[0]++;
        }
        Iterator<Long> oldest = blocks.keySet().iterator();
        for (int excess = blocks.size() - capacity; excess > 0; excess--) {
            oldest.next();
            oldest.remove();
        }
    }

    int size(int server) {
        return of(server).size();
    }

    /// The number of times that the `count` oldest blocks of a server were used, in all.
    long usesOfOldest(int server, int count) {
        return of(server).values().stream()
                .limit(count)
                .mapToLong(uses -> uses[0] - 1)
                .sum();
    }

    private Map<Long, int[]> of(int server) {
        while (servers.size() <= server) {
            servers.add(new LinkedHashMap<>(16, 0.75f, true));
        }
        return servers.get(server);
    }
}
