extension QueryPlan {
    /// The same plan with other parts.
    public func with(parts: [QueryPlanPart]) -> QueryPlan {
        var plan = self
        plan.parts = parts
        return plan
    }
}
