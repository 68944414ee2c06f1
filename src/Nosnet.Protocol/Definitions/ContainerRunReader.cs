using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Reads the arguments of an operation that runs a container.</summary>
internal static class ContainerRunReader
{
    public static ContainerRun Read(string id, Place place)
    {
        var fields = new Fields(place, $"the args of {DefinitionNames.ContainerRun}");
        var run = new ContainerRun(id)
        {
            Image = fields.RequiredText("image", Rules.Image, Rules.IsImage),
            Cmd = fields.Optional("cmd", f => f.TextOrList(DefinitionLimits.LongText)),
            Entrypoint = fields.Optional("entrypoint", f => f.TextOrList(DefinitionLimits.LongText)),
            Env = fields.Optional("env", [], DefinitionReader.Environment),
            WorkDir = fields.Optional("work_dir", f => f.Text(Rules.IsWorkDir, Rules.WorkDir)),
            Gpu = fields.Flag("gpu"),
            Expose = fields.Optional("expose", Expose.Nothing, ExposeReader.Read),
            Private = fields.Flag("private"),
            Volumes = fields.Optional("volumes", [], f => f.List(Volume, "a list of objects with name and dest")),
            Resources = fields.Optional("resources", [], f => f.List(ResourceReader.Read, "a list of resources")),
            RegistryLogin = fields.Optional<RegistryLogin?>("authentication", null, Authentication),
            Aliases = fields.Optional("aliases", f => f.TextOrList(DefinitionLimits.ShortText)),
            RestartPolicy = fields.Optional("restart_policy", Restart),
        };
        fields.Done();
        return run;
    }

    private static VolumeMount Volume(Place place)
    {
        var fields = new Fields(place, "a volume");
        var mount = new VolumeMount(
            fields.RequiredText("name", "a volume's name of letters, digits, '.', '_' and '-'", Rules.IsVolumeName, DefinitionLimits.Name),
            fields.RequiredText("dest", Rules.MountPath, Rules.IsMountPath));
        fields.Done();
        return mount;
    }

    private static RegistryLogin? Authentication(Place place)
    {
        var fields = new Fields(place, "authentication");
        var login = fields.Optional("docker", f =>
        {
            var docker = new Fields(f, "authentication.docker");
            var read = new RegistryLogin
            {
                Username = docker.Optional("username", u => u.Text()),
                Password = docker.Optional("password", p => p.Text()),
                Email = docker.Optional("email", e => e.Text()),
                Server = docker.Optional("server", s => s.Text()),
            };
            docker.Done();
            return read;
        });
        fields.Done();
        return login;
    }

    private static RestartPolicy Restart(Place place)
    {
        if (place.Kind != JsonValueKind.Object)
        {
            if (place.Kind == JsonValueKind.String)
                return RestartPolicy.Of(place.Named(DefinitionNames.Restarts));
            place.Refuse($"{DefinitionNames.Restarts.Allowed}, or an object with policy \"on-failure\" and restart_tries");
            return RestartPolicy.No;
        }
        var fields = new Fields(place, "restart_policy");
        fields.RequiredText("policy", "\"on-failure\"; the other policies are written as a text alone", policy => policy == "on-failure");
        int? tries = fields.Has("restart_tries", out var given) ? given.Value.Whole(0, int.MaxValue, "a whole number from 0", 0) : null;
        fields.Done();
        return RestartPolicy.OnFailure(tries);
    }
}
