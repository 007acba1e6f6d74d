"""What every regularizer keeps, and every optimizer: all rules, in the order in which they are told."""

from nnl2.testing.check import Check
from nnl2.testing.rules import answers, gradients, noise, optimizers, training, values

CHECKS = [
    Check("it answers questions that training asks", answers.are_to_questions),
    Check("a small step along minus the gradient lowers the penalty", gradients.lead_downhill),
    Check("the gradient is the slope of the penalty", gradients.are_slopes),
    Check("the decay's factor lies between 0 and 1", gradients.decay_shrinks),
    Check("a network learns along the slope of error plus penalty", training.follows_the_slope),
    Check("arguments stay as they are", answers.leave_arguments_alone),
    Check("answers have the types and shapes that training needs", answers.are_usable),
    Check("the same question has the same answer", answers.are_repeatable),
    Check("answers are finite, also for extreme weights", answers.are_finite),
    Check("noise comes from the rng that is handed in, and from nowhere else", noise.comes_from_rng),
    Check("noise leaves the mean alone", noise.is_unbiased),
    Check("a network learns with it, the same alone and beside others", training.is_the_same_beside_others),
    Check("with a strength of 0 it does nothing", training.is_plain_without_strength),
    Check("training is not stopped while the validation error falls", training.goes_on_while_errors_fall),
    Check("gradient and constrain are traced, and do then what they do when asked", training.traced_is_asked),
    Check("its name alone makes one", values.have_defaults),
    Check("a copy is equal and has the same hash", values.are_equal_to_copies),
    Check("it can be pickled, as other processes need it", values.can_be_pickled),
    Check("its text makes the same again", values.can_be_written),
    Check("the strengths it offers go from weak to strong", values.has_a_ladder),
]

OPTIMIZER_CHECKS = [
    Check("it leads downhill", optimizers.lead_downhill),
    Check("it begins with arrays that can be laid out", optimizers.begin_with_arrays),
    Check("arguments stay as they are", optimizers.leave_arguments_alone),
    Check("change and memory have the types and shapes that training needs", optimizers.are_usable),
    Check("the same update has the same answer", optimizers.are_repeatable),
    Check("changes are finite, also for extreme gradients", optimizers.are_finite),
    Check("a network that goes on learns what it learns at once", optimizers.goes_on_where_it_stopped),
    Check("a network learns with it, the same alone and beside others", optimizers.is_the_same_beside_others),
    Check("it is traced, and the trace does what it does when asked", optimizers.traced_is_asked),
    Check("its name alone makes one", values.have_defaults),
    Check("a copy is equal and has the same hash", values.are_equal_to_copies),
    Check("it can be pickled, as other processes need it", values.can_be_pickled),
    Check("its text makes the same again", optimizers.can_be_written),
]
