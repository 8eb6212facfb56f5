package dev.sluice.e2e.engine;

import dev.sluice.e2e.stack.Loopback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// The ports of one engine. Engines of one machine are target ports of one address: each publishes its events on
/// all addresses, so that they cannot share a port for them.
///
/// @param events where it publishes what happens in its KV cache; further ranks of it use the ports behind
/// @param replays where it sends past events again
record EnginePorts(int http, int events, int replays) {
    static final String HOST = "127.0.8.1";

    /// Further ranks of a server have the ports after its first.
    private static final int APART = 8;

    private static final int ATTEMPTS = 20;

    /// Ports of that many engines, with consecutive ports for events and for replays.
    static List<EnginePorts> free(int count) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int first = Loopback.freePort();
            if (areFree(first, 2 * APART)) {
                List<EnginePorts> ports = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    ports.add(new EnginePorts(Loopback.freePort(), first + i, first + APART + i));
                }
                return ports;
            }
        }
        throw new IllegalStateException("no " + 2 * APART + " consecutive ports are free");
    }

    URI url() {
        return URI.create("http://" + HOST + ":" + http);
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress((InetAddress) null, port));
            } catch (IOException | IllegalArgumentException taken) {
                return false;
            }
        }
        return true;
    }
}
