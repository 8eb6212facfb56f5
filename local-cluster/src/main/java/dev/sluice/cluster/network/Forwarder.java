package dev.sluice.cluster.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Listens on an address and carries each connection to the one that is chosen for it; a side's end and a side's reset
/// reach the other as such.
public final class Forwarder implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int CONNECT_MILLIS = 5_000;
    private static final long RETRY_NANOS = 10_000_000;

    private final ServerSocket listener;
    private final Supplier<Optional<InetSocketAddress>> destination;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private Forwarder(ServerSocket listener, Supplier<Optional<InetSocketAddress>> destination) {
        this.listener = listener;
        this.destination = destination;
    }

    /// @param destination asked once for each connection; where it has none, the connection is reset
    public static Forwarder listen(String address, int port, Supplier<Optional<InetSocketAddress>> destination)
            throws IOException {
        ServerSocket listener = new ServerSocket(port, BACKLOG, InetAddress.ofLiteral(address));
        Forwarder forwarder = new Forwarder(listener, destination);
        Thread.ofVirtual().name("forward " + address + ":" + port).start(forwarder::accept);
        return forwarder;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> carry(client));
            } catch (IOException failed) {
                // Closed, or out of file descriptors: those may come back.
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void carry(Socket client) {
        open.add(client);
        Optional<InetSocketAddress> target = destination.get();
        try (client;
                Socket server = new Socket()) {
            if (target.isEmpty() || listener.isClosed()) {
                reset(client);
                return;
            }
            open.add(server);
            try {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(target.get(), CONNECT_MILLIS);
            } catch (IOException unreachable) {
                reset(client);
                return;
            }
            Thread answers = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            answers.join();
            open.remove(server);
        } catch (IOException alreadyClosed) {
            // Both sides have gone, which is what closing is for.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException broken) {
            reset(from);
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyClosed) {
            // As wanted.
        }
    }

    /// Ends the listening; connections go on, as they do when a Service changes.
    public void stopListening() throws IOException {
        listener.close();
    }

    /// Ends the listening and every connection.
    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(Forwarder::reset);
    }
}
