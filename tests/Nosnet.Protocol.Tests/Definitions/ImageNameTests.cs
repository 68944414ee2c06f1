namespace Nosnet.Protocol.Tests;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("busybox", "docker.io/library/busybox")]
    [InlineData("busybox:1.36", "docker.io/library/busybox")]
    [InlineData("docker:dind", "docker.io/library/docker")]
    [InlineData("acme/tool", "docker.io/acme/tool")]
    [InlineData("docker.io/busybox", "docker.io/library/busybox")]
    [InlineData("index.docker.io/acme/tool:x", "docker.io/acme/tool")]
    [InlineData("ghcr.io/acme/a__b/c-d.e:V1.0_x", "ghcr.io/acme/a__b/c-d.e")]
    [InlineData("localhost/x", "localhost/x")]
    [InlineData("localhost:5000/x:1", "localhost:5000/x")]
    [InlineData("registry:5000/x", "registry:5000/x")]
    [InlineData("[::1]:5000/x", "[::1]:5000/x")]
    [InlineData("busybox@sha256:9d3f8e8a6e5f4d3c2b1a09182736455463728190a0b0c0d0e0f0a1b2c3d4e5f6", "docker.io/library/busybox")]
    public void A_name_has_a_registry_even_where_none_is_written(string text, string full)
    {
        ImageName.TryParse(text, out var name).ShouldBeTrue();
        name.ShouldNotBeNull().ToString().ShouldBe(full);
    }

    [Theory]
    [InlineData("")]
    [InlineData("docker-archive:/etc/passwd")]
    [InlineData("oci:/var/lib/images")]
    [InlineData("oci:images")]
    [InlineData("dir:images")]
    [InlineData("containers-storage:busybox")]
    [InlineData("docker://busybox")]
    [InlineData("/etc/passwd")]
    [InlineData("./x")]
    [InlineData("../x")]
    [InlineData("-v")]
    [InlineData("a b")]
    [InlineData("a//b")]
    [InlineData("a:b:c")]
    [InlineData("Busybox")]
    [InlineData("http://x/y")]
    [InlineData("x@sha256:00")]
    [InlineData("busybox\n")]
    public void What_no_registry_could_have_is_no_name(string text) => ImageName.TryParse(text, out _).ShouldBeFalse();
}
