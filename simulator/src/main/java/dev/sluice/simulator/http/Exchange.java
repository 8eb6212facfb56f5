package dev.sluice.simulator.http;

import dev.sluice.simulator.api.ApiCall;
import dev.sluice.simulator.api.Usage;
import dev.sluice.simulator.engine.Sequence;
import dev.sluice.simulator.serving.Generation;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.OptionalInt;

/// A request whose answer is being generated writes tokens to its client as they come.
// A write that fails closes the connection, and its end is noticed.
@SuppressWarnings("FutureReturnValueIgnored")
final class Exchange implements Generation.Listener {
    private final Channel channel;
    private final ApiCall call;
    private final Routes routes;
    private final OptionalInt dropAfter;
    private final Runnable done;
    private int sent;
    private boolean unflushed;

    /// @param dropAfter cut the connection after so many tokens
    /// @param done run when the answer has been written
    Exchange(Channel channel, Routes routes, ApiCall call, OptionalInt dropAfter, Runnable done) {
        this.channel = channel;
        this.call = call;
        this.routes = routes;
        this.dropAfter = dropAfter;
        this.done = done;
    }

    /// Answers at once what does not wait for the first token: the head of a stream.
    void begin() {
        if (call.stream()) {
            channel.writeAndFlush(routes.stamp(Responses.eventStream()));
        }
    }

    @Override
    public void progressed(Sequence sequence) {
        boolean finished = sequence.state() == Sequence.State.FINISHED;
        boolean cut = dropAfter.isPresent() && (finished || sequence.generated() >= dropAfter.getAsInt());
        if (call.stream()) {
            stream(sequence, finished && !cut, cut);
        } else if (finished && !cut) {
            whole(sequence);
        }
        if (cut) {
            channel.flush();
            channel.close();
        } else if (finished) {
            done.run();
        }
    }

    @Override
    public void stepEnded() {
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }

    private void stream(Sequence sequence, boolean finished, boolean force) {
        int generated = sequence.generated();
        if (sent == 0) {
            write(call.dialect().opening());
        }
        if (sent == 0 || finished || force || generated - sent >= routes.streamInterval()) {
            write(call.dialect().piece(call.tokens().text(sent, generated)));
            sent = generated;
        }
        if (finished) {
            byte[] closing = call.dialect().closing(usage(sequence));
            channel.write(new DefaultLastHttpContent(Unpooled.wrappedBuffer(closing)));
            unflushed = true;
        }
    }

    private void whole(Sequence sequence) {
        byte[] text = call.tokens().text(0, sequence.generated());
        byte[] body = call.dialect().whole(usage(sequence), text);
        channel.write(routes.stamp(Responses.json(HttpResponseStatus.OK, body)));
        unflushed = true;
    }

    private void write(byte[] bytes) {
        if (bytes.length > 0) {
            channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
            unflushed = true;
        }
    }

    private static Usage usage(Sequence sequence) {
        return new Usage(sequence.promptTokens(), sequence.generated(), sequence.cachedTokens());
    }
}
