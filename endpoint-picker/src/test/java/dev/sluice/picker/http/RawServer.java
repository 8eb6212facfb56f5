package dev.sluice.picker.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A server on a free port of the loopback that does with each connection what a test says, then closes it.
public final class RawServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger accepted = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public interface Behaviour {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    public RawServer(Behaviour behaviour) throws IOException {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    accepted.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(behaviour, socket));
                }
            } catch (IOException _) {
                // The end of the test.
            }
        });
    }

    private void serve(Behaviour behaviour, Socket socket) {
        open.add(socket);
        try (socket) {
            behaviour.serve(socket);
        } catch (IOException _) {
            // The client went away.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    /// Reads up to the empty line that ends a request without a body.
    public static void readRequest(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int lineBytes = 0;
        int next = in.read();
        while (next >= 0 && !(next == '\n' && lineBytes == 0)) {
            if (next == '\n') {
                lineBytes = 0;
            } else if (next != '\r') {
                lineBytes++;
            }
            next = in.read();
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    public int accepted() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
