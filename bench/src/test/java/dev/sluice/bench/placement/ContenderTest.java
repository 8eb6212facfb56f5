package dev.sluice.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import org.junit.jupiter.api.Test;

class ContenderTest {
    @Test
    void policiesHaveTheirNamesOfTheResource() {
        assertThat(Contender.ofPolicy("cost")).isEqualTo(new Contender.SluicePolicy("cost", "Cost", false));
        assertThat(Contender.ofPolicy("least-request-warm"))
                .isEqualTo(new Contender.SluicePolicy("least-request-warm", "LeastRequest", true));
        assertThat(Contender.ofPolicy("envoy-round-robin")).isEqualTo(new Contender.EnvoyRoundRobin());
        assertThat(Contender.ofPolicy("cost-warm").isCost()).isTrue();
        assertThat(Contender.ofPolicy("weighted").isCost()).isFalse();
    }

    @Test
    void saysWhichPoliciesThereAre() {
        assertThatThrownBy(() -> Contender.ofPolicy("fastest"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no policy is called fastest; there are cost, weighted");
    }

    @Test
    void proxiesAreReadFromTheCommandLine() {
        assertThat(Contender.Proxy.parse("smg=127.31.0.2:30000"))
                .isEqualTo(new Contender.Proxy("smg", HostAndPort.fromParts("127.31.0.2", 30000)));
        assertThatThrownBy(() -> Contender.Proxy.parse("127.31.0.2:30000"))
                .hasMessageContaining("not of the form name=host:port");
    }
}
