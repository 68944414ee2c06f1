namespace Nosnet.Node.Tests;

public sealed class EngineEndpointTests
{
    [Theory]
    [InlineData("unix:///var/run/docker.sock", "/var/run/docker.sock")]
    [InlineData("unix:///a%20b/docker.sock", "/a b/docker.sock")]
    [InlineData("/run/user/1000/podman/podman.sock", "/run/user/1000/podman/podman.sock")]
    public void A_socket_is_read_from_its_URL_or_its_path(string text, string path)
    {
        EngineEndpoint.TryParse(text, out var endpoint, out _).ShouldBeTrue();
        endpoint!.SocketPath.ShouldBe(path);
        endpoint.ToString().ShouldBe(path);
    }

    [Theory]
    [InlineData("tcp://engine:2376", "tcp://engine:2376/")]
    [InlineData("tcp://engine", "tcp://engine:2375/")]
    [InlineData("http://10.0.0.1:2375", "tcp://10.0.0.1:2375/")]
    public void An_engine_on_TCP_is_read_with_Dockers_own_port(string text, string expected)
    {
        EngineEndpoint.TryParse(text, out var endpoint, out _).ShouldBeTrue();
        endpoint!.SocketPath.ShouldBeNull();
        endpoint.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("ssh://me@engine", "ssh")]
    [InlineData("npipe://./pipe/docker", "npipe")]
    [InlineData("engine", "no URL")]
    [InlineData("unix://", "DOCKER_HOST")]
    public void What_a_node_cannot_use_is_refused_with_what_it_can(string text, string word)
    {
        EngineEndpoint.TryParse(text, out _, out var refusal).ShouldBeFalse();
        refusal!.ShouldContain(word);
        refusal.ShouldContain("unix:///");
    }

    [Theory]
    [InlineData("busybox", "busybox:latest")]
    [InlineData("busybox:1.36", "busybox:1.36")]
    [InlineData("registry:5000/a/b", "registry:5000/a/b:latest")]
    [InlineData("registry:5000/a/b:v1", "registry:5000/a/b:v1")]
    [InlineData("a@sha256:0123", "a@sha256:0123")]
    public void An_image_without_a_tag_is_the_latest(string image, string expected) => ImageReference.WithTag(image).ShouldBe(expected);
}
