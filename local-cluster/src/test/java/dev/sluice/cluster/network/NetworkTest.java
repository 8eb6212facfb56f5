package dev.sluice.cluster.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    @Test
    void oneNetworkIsOneClusters() throws IOException {
        try (Network network = Network.claim()) {
            assertThat(network.isLoopback()).isTrue();
            assertThatThrownBy(() -> Network.claim(network.cidr()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(network.cidr() + " is another cluster's");
        }
    }

    /// Of the addresses for documentation, which no machine has.
    @Test
    void saysWhenTheMachineDoesNotAnswerOnIt() {
        assertThatThrownBy(() -> Network.claim("198.51.0.0/16"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.70.0.0", "127.70.0.0/20", "127.256.0.0/16", "300.1.0.0/16", "127.70.1.0/16"})
    void takesNothingElse(String cidr) {
        assertThatThrownBy(() -> Network.claim(cidr))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no network");
    }
}
