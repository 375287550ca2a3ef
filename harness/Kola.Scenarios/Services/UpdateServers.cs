using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Servers.Omaha;

namespace Kola.Scenarios.Services;

/// <summary>The servers of an attempt that machines are updated from, whatever the protocol.</summary>
internal static class UpdateServers
{
    /// <summary>Where a machine is pointed for its updates.</summary>
    /// <param name="name">A server that serves a release, or offers one by Omaha; <see langword="null"/>: the only one that there is for the protocol.</param>
    /// <exception cref="InputException">The server does not speak the guest's protocol.</exception>
    public static Uri UpdateSource(this AttemptServices services, string? name, IUpdatingGuest guest)
    {
        var offering = services.All<OmahaService>().Where(service => name is null || service.Name == name).ToList();
        if (guest.Protocol is UpdateProtocol.Omaha && offering is [var only])
            return services.Address<OmahaService>(only.Name);
        if (name is not null && offering is not [])
            throw new InputException($"server {name} offers updates by Omaha, and the guest adapter {guest.Name} does not ask so; expected 'from' with a server of a step 'serve'");
        return services.Address<PayloadService>(name);
    }

    /// <summary>The server by whose log machines are judged.</summary>
    /// <param name="name"><see langword="null"/>: the only one.</param>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static OmahaServer OmahaServer(this AttemptServices services, string? name)
    {
        (string Name, OmahaServer Server)[] all =
        [
            .. services.All<OmahaService>().Select(service => (service.Name, service.Server)),
            .. services.All<PayloadService>().Where(service => service.Omaha is not null).Select(service => (service.Name, service.Omaha!)),
        ];
        return all.Where(server => name is null || server.Name == name).ToList() switch
        {
            [var (_, only)] => only,
            [] => throw new InputException($"{(name is null ? "no server" : $"server {name} does not")} {(name is null ? "answers" : "answer")} by Omaha; expected a step 'offer' before, or an image that is updated so behind 'serve'"),
            var several => throw new InputException($"several servers answer by Omaha ({string.Join(", ", several.Select(server => server.Name))}); give 'server'"),
        };
    }
}
