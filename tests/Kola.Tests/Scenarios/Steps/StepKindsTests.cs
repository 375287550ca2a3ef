using FluentAssertions;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps;

/// <summary>What each kind of step has to say of itself.</summary>
internal sealed class StepKindsTests
{
    private static IReadOnlyList<Type> Kinds { get; } = [.. typeof(Step).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Step)) && !type.IsAbstract)];

    /// <summary>Says nothing.</summary>
    private interface INothing;

    /// <summary>Says two things.</summary>
    private interface IBoth : IMachineStep, IMachinelessStep;

    [TestCaseSource(nameof(Kinds))]
    public void A_kind_says_once_what_it_is_about_and_how_it_is_executed(Type kind)
    {
        kind.IsSealed.Should().BeTrue();
        StepScopeAttribute.SaidBy(kind).Should().ContainSingle("a kind implements exactly one of the interfaces of Steps/StepContext.cs");
    }

    [Test]
    public void A_kind_that_says_nothing_or_two_things_would_be_noticed()
    {
        StepScopeAttribute.SaidBy(typeof(INothing)).Should().BeEmpty();
        StepScopeAttribute.SaidBy(typeof(IBoth)).Should().HaveCount(2);
    }

    [Test]
    public void Each_interface_says_its_scope()
    {
        Type[] interfaces = [typeof(IMachinelessStep), typeof(IMachineStep), typeof(ISeveralMachinesStep)];

        interfaces.Select(type => type.GetCustomAttributes(typeof(StepScopeAttribute), inherit: false).Cast<StepScopeAttribute>().Single().Scope)
            .Should().Equal(Enum.GetValues<StepScope>());
    }

    [Test]
    public void A_kind_that_declares_a_service_is_about_no_machine() =>
        Kinds.Where(kind => kind.IsAssignableTo(typeof(IServiceStep))).Should().NotBeEmpty().And.OnlyContain(kind => kind.IsAssignableTo(typeof(IMachinelessStep)));
}
