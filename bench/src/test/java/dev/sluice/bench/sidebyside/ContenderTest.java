package dev.sluice.bench.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.NamedPicker;
import org.junit.jupiter.api.Test;

class ContenderTest {
    @Test
    void isReadFromTheCommandLine() {
        assertThat(PickerContender.parse("llm-d=127.0.0.1:9002,4711"))
                .isEqualTo(new PickerContender(
                        "llm-d", new NamedPicker("llm-d", HostAndPort.fromString("127.0.0.1:9002"), 4711, false)));
        assertThat(PickerContender.parse("x=[::1]:9002,1,tls").picker())
                .isEqualTo(new NamedPicker("x", HostAndPort.fromString("[::1]:9002"), 1, true));
    }

    @Test
    void saysWhatItWantsInstead() {
        assertThatThrownBy(() -> PickerContender.parse("127.0.0.1:9002"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name=host:port,pid");
    }
}
