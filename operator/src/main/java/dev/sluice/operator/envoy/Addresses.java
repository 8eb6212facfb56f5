package dev.sluice.operator.envoy;

import com.google.common.net.InetAddresses;
import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;

/// Addresses in Envoy's words.
final class Addresses {

    private Addresses() {}

    static Address socket(Plan.Address address) {
        return Address.newBuilder()
                .setSocketAddress(
                        SocketAddress.newBuilder().setAddress(address.host()).setPortValue(address.port()))
                .build();
    }

    /// The host is an IP address, not a name to look up.
    static boolean isIp(Plan.Address address) {
        return InetAddresses.isInetAddress(address.host());
    }
}
