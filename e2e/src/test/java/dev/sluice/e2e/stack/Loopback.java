package dev.sluice.e2e.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Addresses of the loopback network, and a port that is free on each of them: pods of one pool share their port.
public record Loopback(List<String> hosts, int port) {
    private static final int ATTEMPTS = 20;

    public Loopback {
        hosts = List.copyOf(hosts);
    }

    /// @param count how many addresses
    public static Loopback of(int count) {
        List<String> hosts =
                IntStream.rangeClosed(1, count).mapToObj(i -> "127.0.7." + i).toList();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = freePort();
            if (hosts.stream().allMatch(host -> isFree(host, port))) {
                return new Loopback(hosts, port);
            }
        }
        throw new IllegalStateException("no port is free on all of " + hosts);
    }

    /// A port that is free on every address of this machine.
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public InetSocketAddress socket(int index) {
        return new InetSocketAddress(hosts.get(index), port);
    }

    public String address(int index) {
        return hosts.get(index) + ":" + port;
    }

    public List<InetSocketAddress> sockets() {
        List<InetSocketAddress> sockets = new ArrayList<>();
        hosts.forEach(host -> sockets.add(new InetSocketAddress(host, port)));
        return sockets;
    }

    private static boolean isFree(String host, int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName(host))) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
