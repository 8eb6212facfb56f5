package dev.sluice.release.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ScannedBillTest {
    @Test
    void packagesOfDebianGetTheNamesOfTheirSources() {
        ScannedBill bill = ScannedBill.of("a", """
                {"components": [
                  {"name": "libc6", "version": "1", "purl": "pkg:deb/debian/libc6@1?distro=debian-13&upstream=glibc"},
                  {"name": "libstdc++6", "version": "2", "purl": "pkg:deb/debian/b@2?upstream=gcc-14%401%2B2&distro=debian-13"},
                  {"name": "netbase", "version": "3", "purl": "pkg:deb/debian/netbase@3?distro=debian-13"}]}""");
        assertThat(bill.ecosystems()).containsExactly(Ecosystem.DEBIAN);
        assertThat(bill.json())
                .contains("{\"name\":\"glibc\",\"version\":\"1\",")
                .contains("{\"name\":\"gcc-14\",\"version\":\"1+2\",")
                .contains("{\"name\":\"netbase\",\"version\":\"3\",");
    }

    @Test
    void whatNobodyAdvisesOfIsNotScanned() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScannedBill.of("bill", "{\"components\": [{\"purl\": \"pkg:generic/openjdk@25\"}]}"))
                .withMessageStartingWith("bill names no package");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScannedBill.of("bill", "text"))
                .withMessageStartingWith("bill is no JSON");
    }
}
