package dev.sluice.bench.placement.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventReaderTest {
    private static final String ROLE =
            "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
    private static final String TOKEN = "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"Hm\"}}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final EventReader reader = new EventReader();

    @Test
    void theFirstTokenIsTheFirstContentNotTheRole() {
        read(ROLE, 1);
        assertThat(reader.firstContent()).isZero();
        read(TOKEN, 2);
        read(TOKEN, 3);
        read(DONE, 4);
        assertThat(reader.firstContent()).isEqualTo(2);
        assertThat(reader.lastContent()).isEqualTo(3);
        assertThat(reader.contents()).isEqualTo(2);
        assertThat(reader.isComplete()).isTrue();
    }

    @Test
    void eventsMayComeInPiecesAndWithSpaces() {
        String all = ROLE + "data:{\"choices\": [{\"text\": \"Well\"}]}\r\n\r\n" + DONE;
        for (int i = 0; i < all.length(); i++) {
            read(all.substring(i, i + 1), i + 1);
        }
        assertThat(reader.contents()).isOne();
        assertThat(reader.isComplete()).isTrue();
    }

    @Test
    void anErrorIsNoEnd() {
        read(TOKEN + "data: {\"error\":{\"message\":\"no\"}}\n\n" + DONE, 1);
        assertThat(reader.isComplete()).isFalse();
    }

    private void read(String text, long now) {
        reader.read(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII), now);
    }
}
