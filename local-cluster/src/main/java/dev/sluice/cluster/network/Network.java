package dev.sluice.cluster.network;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// A /16 which one cluster has for itself: Linux answers on every address of 127.0.0.0/8, so that pods can have
/// addresses of their own, and the ports they like, without any privilege.
///
/// Another network does as well once `ip route add local CIDR dev lo` makes this machine answer on it, which takes
/// privileges, or a network namespace. Then the API server takes pods' addresses in EndpointSlices.
///
/// | addresses | for |
/// |---|---|
/// | `.0.1` | API server, etcd, controller manager |
/// | `.0.2` | the node |
/// | `.16.0/20` | Services |
/// | `.32.0/20` | load balancers |
/// | `.128.0/17` | pods |
///
/// Other tests keep to 127.0.0.0/16.
public final class Network implements AutoCloseable {
    private static final Pattern CIDR = Pattern.compile("((\\d{1,3})\\.(\\d{1,3})\\.)0\\.0/16");
    private static final String LOOPBACK = "127.";
    private static final int FIRST = 64;
    private static final int LAST = 127;
    /// Held while the cluster lives, so that no other takes the network: the kernel lets go of it in any case.
    private static final int CLAIM_PORT = 6440;

    /// The first two numbers, each with its dot.
    private final String prefix;

    private final ServerSocket claim;
    private final Addresses pods;
    private final Addresses loadBalancers;

    private Network(String prefix, ServerSocket claim) {
        this.prefix = prefix;
        this.claim = claim;
        this.pods = new Addresses(prefix, 128 << 8, 1 << 15);
        this.loadBalancers = new Addresses(prefix, 32 << 8, 1 << 12);
    }

    /// Takes one that no other cluster of this machine has.
    public static Network claim() throws IOException {
        List<Integer> blocks =
                new ArrayList<>(IntStream.rangeClosed(FIRST, LAST).boxed().toList());
        Collections.shuffle(blocks);
        for (int block : blocks) {
            try {
                return take(LOOPBACK + block + ".");
            } catch (IOException taken) {
                // Another cluster's: the next may be free.
            }
        }
        throw new IOException("no network from 127.%d.0.0/16 to 127.%d.0.0/16 is free".formatted(FIRST, LAST));
    }

    /// Takes that one.
    ///
    /// @param cidr such as `127.70.0.0/16`
    public static Network claim(String cidr) throws IOException {
        Matcher matcher = CIDR.matcher(cidr);
        if (!matcher.matches()
                || Integer.parseInt(matcher.group(2)) > 255
                || Integer.parseInt(matcher.group(3)) > 255) {
            throw new IOException("'%s' is no network of the form N.N.0.0/16".formatted(cidr));
        }
        try {
            return take(matcher.group(1));
        } catch (BindException refused) {
            throw new IOException(
                    "%s is another cluster's, or this machine does not answer on it".formatted(cidr), refused);
        }
    }

    private static Network take(String prefix) throws IOException {
        return new Network(prefix, new ServerSocket(CLAIM_PORT, 1, InetAddress.ofLiteral(prefix + "0.1")));
    }

    /// The API server refuses its addresses in EndpointSlices.
    public boolean isLoopback() {
        return prefix.startsWith(LOOPBACK);
    }

    public String cidr() {
        return prefix + "0.0/16";
    }

    public String controlPlane() {
        return prefix + "0.1";
    }

    public String node() {
        return prefix + "0.2";
    }

    /// The range from which the API server gives Services their addresses.
    public String serviceCidr() {
        return prefix + "16.0/20";
    }

    /// The API server's own Service has the first address of the range.
    public String apiService() {
        return prefix + "16.1";
    }

    public Addresses pods() {
        return pods;
    }

    public Addresses loadBalancers() {
        return loadBalancers;
    }

    @Override
    public void close() throws IOException {
        claim.close();
    }
}
