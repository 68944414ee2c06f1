using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class PrivateImagesTests(PodmanFixture podman) : IAsyncLifetime
{
    private static readonly RegistryLogin Login = new() { Username = TestRegistry.User, Password = TestRegistry.Password };
    private static readonly Progress<PullStep> Silent = new();

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-images-").FullName;

    private string Image => $"{podman.Registry.Host}/closed";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await podman.Engine.RemoveImageAsync(Image, Cancelled);

    public async ValueTask DisposeAsync()
    {
        await podman.Engine.RemoveImageAsync(Image, CancellationToken.None);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task An_image_that_came_with_a_login_is_given_only_to_those_whose_login_its_registry_takes()
    {
        using var store = Open();
        await store.EnsureAsync(Image, Login, Silent, Cancelled);
        using var restarted = Open();
        var id = (await podman.Engine.FindImageAsync(Image, Cancelled))!.Id;
        await store.EnsureAsync(Image, Login, Silent, Cancelled);

        foreach (var later in (ImageStore[])[store, restarted])
        {
            await RefusedAsync(later, Image, null);
            await RefusedAsync(later, $"{Image}:latest", null);
            await RefusedAsync(later, id, null);
            await RefusedAsync(later, Image, Login with { Password = "guessed" });
            await later.EnsureAsync(Image, Login, Silent, Cancelled);
            await RefusedAsync(later, Image, null);
        }
    }

    [Fact]
    public async Task An_image_that_anybody_may_have_is_not_closed_by_a_job_with_a_login()
    {
        var image = await podman.Registry.AddImageAsync();
        using var store = Open();
        await store.EnsureAsync(image, Login, Silent, Cancelled);
        await store.EnsureAsync(image, null, Silent, Cancelled);
        PrivateImages.Open(_directory).Contains(image + ":latest").ShouldBeFalse();
        await podman.Engine.RemoveImageAsync(image, Cancelled);
    }

    [Fact]
    public void An_image_that_could_not_be_written_down_is_written_down_the_next_time()
    {
        var images = PrivateImages.Open(_directory);
        var inTheWay = Directory.CreateDirectory(Path.Combine(_directory, "private-images" + WholeFile.Unfinished));
        Should.Throw<UnauthorizedAccessException>(() => images.Add("private"));
        images.Contains("private").ShouldBeFalse();

        inTheWay.Delete();
        images.Add("private");
        PrivateImages.Open(_directory).Contains("private").ShouldBeTrue();
    }

    [Fact]
    public async Task A_login_whose_password_is_a_secret_pulls_the_image_and_shows_the_password_to_nobody()
    {
        var operation = RunScene.Run("main", $"echo {TestRegistry.Password}", Image) with { RegistryLogin = Login with { Password = "%%secrets.REGISTRY%%" } };
        await using var scene = new RunScene(podman, RunScene.Job(operation), secrets: new Dictionary<string, string> { ["REGISTRY"] = TestRegistry.Password });
        (await scene.ExecuteAsync()).Reason.ShouldBe(EndReason.Completed);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["***"]);
    }

    private ImageStore Open() => new(podman.Engine, _directory, null, TimeProvider.System);

    private static Task<EngineException> RefusedAsync(ImageStore store, string image, RegistryLogin? login) =>
        Should.ThrowAsync<EngineException>(() => store.EnsureAsync(image, login, Silent, Cancelled));
}
